"""Questions of the command line, answered by a service that runs already."""
