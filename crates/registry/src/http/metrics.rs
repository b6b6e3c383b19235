//! Metrics for whoever runs the registry, in the text format of OpenMetrics and on a listener of its own. Labels are
//! routes, methods and states. They never say who asked, or for what.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry as Collection;

use crate::Registry;

/// Where the metrics are served.
const PATH: &str = "/metrics";
const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// In seconds. Requests that wait for changes reach the last ones.
const BUCKETS: [f64; 9] = [0.002, 0.01, 0.05, 0.2, 1.0, 5.0, 15.0, 30.0, 60.0];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Asked {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfRoute {
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct SubmissionState {
    state: &'static str,
}

/// Counts since the process started.
pub(crate) struct Metrics {
    requests: Family<Asked, Counter>,
    took: Family<OfRoute, Histogram>,
    submissions: Family<SubmissionState, Counter>,
    in_hand: Gauge,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let histogram = || Histogram::new(BUCKETS);
        Self {
            requests: Family::default(),
            took: Family::new_with_constructor(histogram),
            submissions: Family::default(),
            in_hand: Gauge::default(),
        }
    }

    /// Counts a request as in hand until the returned value is dropped.
    pub(crate) fn begin(&self) -> InHand<'_> {
        self.in_hand.inc();
        InHand(&self.in_hand)
    }

    /// Counts an answered request. The route has the names of its parameters, not their values.
    pub(crate) fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let asked = Asked { method: method.to_owned(), route: route.to_owned(), status };
        self.requests.get_or_create(&asked).inc();
        self.took.get_or_create(&OfRoute { route: route.to_owned() }).observe(took.as_secs_f64());
    }

    /// Counts a submission by its state, or as `refused`.
    pub(crate) fn submitted(&self, state: &'static str) {
        self.submissions.get_or_create(&SubmissionState { state }).inc();
    }
}

/// A request in hand.
pub(crate) struct InHand<'a>(&'a Gauge);

impl Drop for InHand<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Registry {
    /// Serves the metrics. Only those who watch over the registry should be able to reach it.
    pub fn metrics_router(&self) -> Router {
        Router::new().route(PATH, get(page)).with_state(self.clone())
    }
}

async fn page(State(registry): State<Registry>) -> impl IntoResponse {
    let metrics = registry.metrics();
    let mut all = Collection::with_prefix("guildhall");
    let of_http = "By method, route and status";
    all.register("requests", of_http, metrics.requests.clone());
    all.register(
        "request_duration_seconds",
        "By route, with the time that readers wait",
        metrics.took.clone(),
    );
    all.register("requests_in_hand", "Now, with those that wait for changes", metrics.in_hand.clone());
    all.register("submissions", "By what they came to", metrics.submissions.clone());
    // If the database does not answer, this one is missing from the page.
    if let Some(seq) = registry.last_change().await.ok().and_then(|seq| i64::try_from(seq).ok()) {
        let changes = Gauge::<i64>::default();
        changes.set(seq);
        all.register("last_change", "The number of the last change", changes);
    }
    let mut written = String::new();
    // Writing to a String can't fail.
    let _ = text::encode(&mut written, &all);
    ([(header::CONTENT_TYPE, TEXT)], written)
}
