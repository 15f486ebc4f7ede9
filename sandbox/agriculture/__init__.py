"""The agriculture body's stand-in: drops one CSV file a day, in windows-1251."""
