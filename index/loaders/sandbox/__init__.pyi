from index.loaders.sandbox.limits import Budget as Budget, Limits as Limits
from index.loaders.sandbox.parent import (
    LoaderFailed as LoaderFailed,
    Sandbox as Sandbox,
    SandboxClosed as SandboxClosed,
)
from index.loaders.shared.decoding import TookTooLong as TookTooLong
