"""`python -m console` is `tereze`."""

from console.cli import main

if __name__ == "__main__":
    main()
