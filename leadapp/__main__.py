"""`python -m leadapp`, the same as `leadapp`."""

from leadapp.cli import main

if __name__ == "__main__":
    main()
