"""What a person is shown of an application: how far it is, what happens next, who has it."""
