//! The two addresses of a stand-in: EWS and control.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use hyper::body::Incoming;
use tower::make::Shared;
use tower::service_fn;

use crate::certificate::Certificate;
use crate::control;
use crate::notify;
use crate::server::Server;

/// A listener and its address, which is known only now where the port was left open.
pub fn listen(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Runs both endpoints and what feeds the streams until the handles say stop.
pub async fn serve(
    server: Arc<Server>,
    listeners: [TcpListener; 2],
    handles: [Handle<SocketAddr>; 2],
    certificate: Option<Certificate>,
) -> io::Result<()> {
    tokio::select! {
        outcome = listen_to(server.clone(), listeners, handles, certificate) => outcome,
        () = notify::pump(server) => Ok(()),
    }
}

async fn listen_to(
    server: Arc<Server>,
    [listener, control_listener]: [TcpListener; 2],
    [handle, control_handle]: [Handle<SocketAddr>; 2],
    certificate: Option<Certificate>,
) -> io::Result<()> {
    let routes = control::routes(server.clone()).into_make_service();
    let control = axum_server::from_tcp(control_listener)?
        .handle(control_handle)
        .serve(routes);
    let endpoint = Shared::new(service_fn(move |request: Request<Incoming>| {
        // In a box of its own it does not take room while a stream is open.
        Box::pin(server.clone().answer(request.map(Body::new)))
    }));
    let (first, second) = match certificate {
        Some(certificate) => {
            let tls = RustlsConfig::from_config(certificate.config()?);
            let https = axum_server::from_tcp_rustls(listener, tls)?
                .http1_only()
                .handle(handle)
                .serve(endpoint);
            tokio::join!(https, control)
        }
        None => {
            let http = axum_server::from_tcp(listener)?
                .http1_only()
                .handle(handle)
                .serve(endpoint);
            tokio::join!(http, control)
        }
    };
    first.and(second)
}
