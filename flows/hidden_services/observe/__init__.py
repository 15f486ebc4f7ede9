"""What is observed: functions of bodies, wherever they show themselves, in one table."""
