"""What a named office has to do, so that an application can go on."""
