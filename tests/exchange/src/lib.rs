//! A stand-in Exchange server.
