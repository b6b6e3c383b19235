//! Serving: HTTP on one address, until someone asks it to end.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;

use crate::{Mail, Registry};

/// How long requests in hand may take once the registry is asked to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why an address is not served on.
#[derive(Debug, thiserror::Error)]
#[error(
    "{address} can be reached from other machines, and with --mail console or --mail file anyone who can read this \
     machine's screen or files can sign in as anyone: use a loopback address such as 127.0.0.1:8480"
)]
pub struct NotLoopback {
    address: SocketAddr,
}

/// May a registry with this mail be served on that address?
///
/// # Errors
/// When others could reach it.
pub fn check_address(address: SocketAddr, mail: &Mail) -> Result<(), NotLoopback> {
    match mail {
        Mail::Console | Mail::File(_) if !address.ip().is_loopback() => Err(NotLoopback { address }),
        Mail::Console | Mail::File(_) | Mail::Smtp(_) => Ok(()),
    }
}

/// Answers requests until `end` is over; then finishes what is in hand and closes the registry. What it counts is told on
/// a listener of its own, where there is one.
///
/// # Errors
/// When a listener fails.
pub async fn serve(
    registry: Registry,
    listener: TcpListener,
    metrics: Option<TcpListener>,
    end: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (ending, mut ended) = tokio::sync::watch::channel(false);
    let waiting = registry.clone();
    let end = async move {
        end.await;
        tracing::info!("ending");
        waiting.stop_waiting();
        ending.send_replace(true);
    };
    let serving =
        axum::serve(listener, registry.router().into_make_service_with_connect_info::<SocketAddr>())
            .with_graceful_shutdown(end);
    let served = tokio::select! {
        served = async { serving.await } => served,
        () = async {
            let _ = ended.wait_for(|ended| *ended).await;
            registry.world().clock.pass(PATIENCE).await;
        } => {
            tracing::warn!("some requests were cut off");
            Ok(())
        }
        () = registry.keep_tidy() => Ok(()),
        served = tell_metrics(&registry, metrics) => served,
    };
    registry.close().await;
    served
}

async fn tell_metrics(registry: &Registry, listener: Option<TcpListener>) -> std::io::Result<()> {
    match listener {
        Some(listener) => axum::serve(listener, registry.metrics_router()).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_on_a_screen_are_for_one_machine() {
        for (address, allowed) in [
            ("127.0.0.1:0", true),
            ("127.8.8.8:80", true),
            ("[::1]:80", true),
            ("0.0.0.0:80", false),
            ("[::]:80", false),
            ("192.168.1.4:80", false),
        ] {
            for mail in [Mail::Console, Mail::File("mail".into())] {
                assert_eq!(check_address(address.parse().unwrap(), &mail).is_ok(), allowed, "{address}");
            }
        }
    }
}
