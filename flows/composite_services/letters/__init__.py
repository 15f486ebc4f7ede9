"""Letters that ask an organisation to take a step back."""
