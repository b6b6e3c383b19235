//! A registry: its database, its mail and its environment. Everything that HTTP and the command line can do with it is
//! a method of this type, defined in the area that it belongs to.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use guildhall_protocol::Code;
use ipnet::IpNet;
use tokio::sync::watch;

use crate::access::principal::{self, Actor, Principal};
use crate::auth::openid::Provider;
use crate::auth::second_factor::KeyFile;
use crate::env::Env;
use crate::error::{Error, Result};
use crate::files;
use crate::http::limits::Limits;
use crate::http::metrics::Metrics;
use crate::mail::Mail;
use crate::mail::letters::{Closing, Letter};
use crate::privacy::erasure;
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::{
    Database, DatabaseUrl, JobFn, OpenError, Store, WriteTx, counter, new_epoch, project_links,
};

/// How a registry is opened.
#[derive(Clone, Debug)]
pub struct Config {
    /// The data folder. It is created if it does not exist.
    pub data_dir: PathBuf,
    /// How mail is sent.
    pub mail: Mail,
    /// The provider that people can sign in with besides a code by email.
    pub provider: Option<Provider>,
    /// The PostgreSQL database; none for a SQLite file in the data folder.
    pub database_url: Option<DatabaseUrl>,
    /// The file with the key that seals second factors; none for `second-factor.key` in the data folder.
    pub factor_key_file: Option<PathBuf>,
    /// The proxies that are trusted to say where a request comes from.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether requests are rate-limited. Only a benchmark turns this off.
    pub limited: bool,
    /// The most pages of 4 KiB that the SQLite file may grow to; none for no limit.
    pub max_pages: Option<u32>,
}

impl Config {
    /// A registry in that folder that prints its mail.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            mail: Mail::Console,
            provider: None,
            database_url: None,
            factor_key_file: None,
            trusted_proxies: Vec::new(),
            limited: true,
            max_pages: None,
        }
    }
}

/// The context of a write job.
pub(crate) struct Write<'t> {
    pub(crate) tx: &'t mut WriteTx,
    pub(crate) env: &'t Env,
}

/// The context of a write job that runs as a person.
pub(crate) struct WriteAs<'t> {
    pub(crate) tx: &'t mut WriteTx,
    pub(crate) env: &'t Env,
    pub(crate) actor: Actor,
}

/// An open registry. Clones share it.
#[derive(Clone)]
pub struct Registry(Arc<Inner>);

struct Inner {
    data_dir: PathBuf,
    store: Store,
    mail: Mail,
    provider: Option<Provider>,
    factor_key: KeyFile,
    trusted_proxies: Vec<IpNet>,
    limits: Option<Limits>,
    metrics: Metrics,
    env: Env,
    closing: watch::Sender<bool>,
}

/// Opens the registry in that folder and brings its database up to date.
///
/// # Errors
/// If the folder cannot be used, or a newer version has used it.
pub async fn open(config: Config, env: Env) -> Result<Registry, OpenError> {
    let store = Store::open(&database(&config)?, &env).await?;
    let limits = config.limited.then(|| Limits::new(&env));
    let Config { data_dir, mail, provider, trusted_proxies, factor_key_file, .. } = config;
    let (metrics, closing) = (Metrics::new(), watch::Sender::new(false));
    let factor_key = KeyFile::at(factor_key_file.unwrap_or_else(|| data_dir.join("second-factor.key")));
    let inner =
        Inner { factor_key, data_dir, store, mail, provider, trusted_proxies, limits, metrics, env, closing };
    let registry = Registry(Arc::new(inner));
    let erased = async { registry.erase_again(erasure::listed_in(registry.data_dir())?).await };
    erased.await.map_err(|error| OpenError::Erasures(error.into()))?;
    registry.fill_project_links().await.map_err(|error| OpenError::Links(error.into()))?;
    registry.note_coordinators_days().await.map_err(|error| OpenError::SecondFactor(error.into()))?;
    Ok(registry)
}

/// The database of a registry. Creates the data folder if it does not exist.
pub(crate) fn database(config: &Config) -> std::io::Result<Database> {
    let data_dir = std::path::absolute(&config.data_dir)?;
    files::make_folder(&data_dir)?;
    Ok(match &config.database_url {
        Some(url) => Database::Postgres(url.clone()),
        None => Database::File(data_dir.join("registry.db"), config.max_pages),
    })
}

impl Registry {
    /// The HTTP surface.
    pub fn router(&self) -> axum::Router {
        crate::http::router::router(self.clone())
    }

    /// Begins a new history after a backup was restored. What laptops have read since that backup was made may be
    /// wrong, so each of them reads everything again.
    ///
    /// # Errors
    /// If it cannot be stored.
    pub async fn begin_new_history(&self) -> Result<()> {
        self.write(new_epoch(self.env()), async |Write { tx, env }, epoch| {
            counter::rename(tx.sql(), epoch).await?;
            let event = AuditEvent::operator(AuditAction::BeginNewHistory, "catalogue", "");
            Ok(audit::log(tx, env, &event).await?)
        })
        .await
    }

    /// Fills the table of projects' services and needs, for a database from before it existed.
    async fn fill_project_links(&self) -> Result<()> {
        let are_missing = project_links::are_missing(&mut *self.store().read().await?).await?;
        if !are_missing {
            return Ok(());
        }
        self.write((), async |Write { tx, .. }, ()| Ok(project_links::fill(tx).await?)).await
    }

    /// Ends requests that wait for changes. Other requests are still answered.
    pub fn stop_waiting(&self) {
        self.0.closing.send_replace(true);
    }

    /// Finishes the writes in hand and closes the database. Later writes are refused.
    pub async fn close(&self) {
        self.stop_waiting();
        self.0.store.close().await;
    }

    /// The data folder.
    pub(crate) fn data_dir(&self) -> &Path {
        &self.0.data_dir
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    /// Runs a job in the next group of writes, as [`Store::write`] does. It may run more than once, so it borrows its
    /// arguments.
    pub(crate) async fn write<A, T, F>(&self, args: A, job: F) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> AsyncFn(Write<'t>, &'t A) -> Result<T> + for<'t> JobFn<'t, Write<'t>, A, Result<T>>,
    {
        let job = (self.env().clone(), args, job);
        self.store().write(job, async |tx, (env, args, job)| job.run(Write { tx, env }, args).await).await
    }

    /// Runs a job as that person. Their roles are read inside the transaction, so they cannot change between the check
    /// and the write.
    pub(crate) async fn write_as<A, T, F>(&self, principal: &Principal, args: A, job: F) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> AsyncFn(WriteAs<'t>, &'t A) -> Result<T> + for<'t> JobFn<'t, WriteAs<'t>, A, Result<T>>,
    {
        let job = (principal.clone(), args, job);
        self.write(job, async |Write { tx, env }, (principal, args, job)| {
            let actor = principal::actor(tx.sql(), principal.clone()).await?;
            let actor = actor.ok_or_else(|| Error::refused(Code::SignInRequired, "Sign in again"))?;
            job.run(WriteAs { tx, env, actor }, args).await
        })
        .await
    }

    /// Sends letters, one after another.
    pub(crate) async fn write_to_all(&self, letters: Vec<Letter>) {
        for letter in &letters {
            self.write_to(letter).await;
        }
    }

    /// Sends a letter. What it tells of has happened and shows in the app too, so a failure only goes to the log.
    pub(crate) async fn write_to(&self, letter: &Letter) {
        if let Err(error) = self.post(letter).await {
            tracing::warn!(%error, "a letter was not sent");
        }
    }

    /// Sends a letter, closed with what the registry says of itself.
    ///
    /// # Errors
    /// If it could not be handed over.
    pub(crate) async fn post(&self, letter: &Letter) -> Result<()> {
        let closing = Closing::read(&mut *self.store().read().await?).await?;
        Ok(self.0.mail.send(self.env(), &letter.closed(&closing)).await?)
    }

    /// The provider that people can sign in with besides a code by email.
    pub(crate) fn provider(&self) -> Option<&Provider> {
        self.0.provider.as_ref()
    }

    /// The key that seals second factors.
    pub(crate) fn factor_key(&self) -> &KeyFile {
        &self.0.factor_key
    }

    pub(crate) fn limits(&self) -> Option<&Limits> {
        self.0.limits.as_ref()
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// The proxies that are trusted to say where a request comes from.
    pub(crate) fn trusted_proxies(&self) -> &[IpNet] {
        &self.0.trusted_proxies
    }

    pub(crate) fn env(&self) -> &Env {
        &self.0.env
    }

    /// Turns true once the registry is closing.
    pub(crate) fn closing(&self) -> watch::Receiver<bool> {
        self.0.closing.subscribe()
    }
}
