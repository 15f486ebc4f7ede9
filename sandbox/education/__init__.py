"""The education body: queues and schools; REST with call-backs."""
