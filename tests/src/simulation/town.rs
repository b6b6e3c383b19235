//! The registry of a simulated town, which answers one request at a time, crashes, and is restored from backups.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::body::{Body, to_bytes};
use bytes::Bytes;
use guildhall_registry::{Config, Registry};
use tower::ServiceExt;

use super::env::{Chance, Env, TownClock};
use super::laptop::copy_folder;

pub(super) struct Town {
    pub(super) registry: Registry,
    router: axum::Router,
    folder: PathBuf,
    /// The folder for all of the registry's files and backups.
    root: PathBuf,
    opened: u32,
    env: Arc<Env>,
    chance: Arc<Chance>,
    backups: Vec<Backup>,
}

/// A copy of the registry's files.
#[derive(Clone)]
pub(super) struct Backup {
    folder: PathBuf,
    /// The step in which it was made.
    pub(super) step: u32,
}

impl Town {
    /// Opens the registry on the files in `root/registry-0`.
    pub(super) async fn open(root: &Path, env: &Arc<Env>, chance: Arc<Chance>) -> Result<Self> {
        let folder = root.join("registry-0");
        let registry = open(&folder, env, &chance).await?;
        Ok(Self {
            router: registry.router(),
            registry,
            folder,
            root: root.to_owned(),
            opened: 0,
            env: Arc::clone(env),
            chance,
            backups: Vec::new(),
        })
    }

    /// The registry's answer to a request.
    pub(super) async fn ask(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>> {
        let answer = self.router.clone().oneshot(request.map(Body::from)).await?;
        let (parts, body) = answer.into_parts();
        Ok(http::Response::from_parts(parts, to_bytes(body, usize::MAX).await?))
    }

    /// The registry crashes between two requests, and restarts with what is on disk.
    pub(super) async fn crash(&mut self) -> Result<()> {
        let folder = self.folder.clone();
        self.start_on(&folder).await
    }

    pub(super) fn back_up(&mut self, step: u32) -> Result<()> {
        let folder = self.root.join(format!("backup-{}", self.backups.len()));
        copy_folder(&self.folder, &folder)?;
        self.backups.push(Backup { folder, step });
        Ok(())
    }

    pub(super) fn backups(&self) -> &[Backup] {
        &self.backups
    }

    /// Restores a backup, as docs/running-a-registry.md describes.
    pub(super) async fn restore(&mut self, backup: &Backup) -> Result<()> {
        self.start_on(&backup.folder).await?;
        self.registry.begin_new_history().await?;
        Ok(())
    }

    async fn start_on(&mut self, files: &Path) -> Result<()> {
        self.opened += 1;
        let next = self.root.join(format!("registry-{}", self.opened));
        copy_folder(files, &next)?;
        self.registry.close().await;
        self.registry = open(&next, &self.env, &self.chance).await?;
        self.router = self.registry.router();
        self.folder = next;
        Ok(())
    }

    pub(super) fn database(&self) -> PathBuf {
        self.folder.join("registry.db")
    }
}

async fn open(folder: &Path, env: &Arc<Env>, chance: &Arc<Chance>) -> Result<Registry> {
    let clock = Arc::new(TownClock(Arc::clone(env)));
    let seen = guildhall_registry::Env { clock, random: chance.clone() };
    guildhall_registry::open(Config::new(folder), seen).await.context("the registry can't be opened")
}
