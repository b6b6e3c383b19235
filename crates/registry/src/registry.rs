//! A registry: its database, its way to send mail, and its environment. Everything that can be asked of it,
//! over HTTP or on the command line, is a function of this type.

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
use crate::mail::{Letter, Mail};
use crate::privacy::erasure;
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::{Database, DatabaseUrl, JobFn, OpenError, Store, WriteTx, counter, new_epoch};

/// How a registry is opened.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder that has everything it keeps; made where there is none.
    pub data_dir: PathBuf,
    /// How codes reach people.
    pub mail: Mail,
    /// What people may sign in with besides a code.
    pub provider: Option<Provider>,
    /// The PostgreSQL that has its records; none for a file of SQLite in the folder.
    pub database_url: Option<DatabaseUrl>,
    /// The file with the key that second factors are sealed with; none for `second-factor.key` in the folder.
    pub factor_key_file: Option<PathBuf>,
    /// The proxies before it, whose word is taken for where a request comes from.
    pub trusted_proxies: Vec<IpNet>,
    /// Is there a limit to how often one may ask? Only a benchmark says no.
    pub limited: bool,
    /// The most pages that the file may grow to, 4 KiB each; none for as many as the disk has.
    pub max_pages: Option<u32>,
}

impl Config {
    /// A registry in that folder, which prints its mail.
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

/// What a job writes with.
pub(crate) struct Write<'t> {
    pub(crate) tx: &'t mut WriteTx,
    pub(crate) env: &'t Env,
}

/// What a job in the name of a person writes with.
pub(crate) struct WriteAs<'t> {
    pub(crate) tx: &'t mut WriteTx,
    pub(crate) env: &'t Env,
    pub(crate) actor: Actor,
}

/// A registry that is open. Clones are the same registry.
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
/// When the folder can't be used, or a newer version has been there.
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
    registry.note_coordinators_days().await.map_err(|error| OpenError::SecondFactor(error.into()))?;
    Ok(registry)
}

/// Where it keeps its records, with the folder made where there is none.
pub(crate) fn database(config: &Config) -> std::io::Result<Database> {
    let data_dir = std::path::absolute(&config.data_dir)?;
    files::make_folder(&data_dir)?;
    Ok(match &config.database_url {
        Some(url) => Database::Postgres(url.clone()),
        None => Database::File(data_dir.join("registry.db"), config.max_pages),
    })
}

impl Registry {
    /// Its HTTP surface.
    pub fn router(&self) -> axum::Router {
        crate::http::router::router(self.clone())
    }

    /// Begins a new history after a backup was restored. What laptops have read since that backup was made may be
    /// wrong, so each of them reads everything again.
    ///
    /// # Errors
    /// When it can't be stored.
    pub async fn begin_new_history(&self) -> Result<()> {
        self.write(new_epoch(self.env()), async |Write { tx, env }, epoch| {
            counter::rename(tx.sql(), epoch).await?;
            let event = AuditEvent::operator(AuditAction::BeginNewHistory, "catalogue", "");
            Ok(audit::log(tx, env, &event).await?)
        })
        .await
    }

    /// Ends what waits for changes; requests are still answered.
    pub fn stop_waiting(&self) {
        self.0.closing.send_replace(true);
    }

    /// Finishes the writes in hand and closes the database. What comes later is refused.
    pub async fn close(&self) {
        self.stop_waiting();
        self.0.store.close().await;
    }

    /// The folder that has everything it keeps.
    pub(crate) fn data_dir(&self) -> &Path {
        &self.0.data_dir
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    /// Runs a job in the next group of writes, as [`Store::write`] does. As it may be run more than once, it borrows its
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

    /// The same in the name of a person, with what they are at that moment: it can't change between the question and the act.
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
        if let Err(error) = self.mail().send(self.env(), letter).await {
            tracing::warn!(%error, "a letter was not sent");
        }
    }

    pub(crate) fn mail(&self) -> &Mail {
        &self.0.mail
    }

    /// What people may sign in with besides a code.
    pub(crate) fn provider(&self) -> Option<&Provider> {
        self.0.provider.as_ref()
    }

    /// What second factors are sealed with.
    pub(crate) fn factor_key(&self) -> &KeyFile {
        &self.0.factor_key
    }

    pub(crate) fn limits(&self) -> Option<&Limits> {
        self.0.limits.as_ref()
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// The proxies whose word is taken for where a request comes from.
    pub(crate) fn trusted_proxies(&self) -> &[IpNet] {
        &self.0.trusted_proxies
    }

    pub(crate) fn env(&self) -> &Env {
        &self.0.env
    }

    /// True once the registry is on its way down.
    pub(crate) fn closing(&self) -> watch::Receiver<bool> {
        self.0.closing.subscribe()
    }
}
