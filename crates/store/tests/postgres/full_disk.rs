//! A disk that is full: changes are refused until there is room again.

use crate::faults::world;
use rollcall_core::ports::StoreError;
use rollcall_testing::postgres::{self, Server};
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::PathBuf;
use std::process::Command;

/// A small disk in memory, taken off again when it goes.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None`: only root may, and not everywhere.
    fn mount(server: &Server) -> Option<Self> {
        let place = tempfile::Builder::new()
            .prefix("rollcall-disk-")
            .tempdir()
            .unwrap()
            .keep();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=24m,mode=755", "tmpfs"])
            .arg(&place)
            .output();
        if !mounted.is_ok_and(|output| output.status.success()) {
            fs::remove_dir(&place).unwrap();
            return None;
        }
        let owner = fs::metadata(server.folder()).unwrap();
        chown(&place, Some(owner.uid()), Some(owner.gid())).unwrap();
        Some(Self(place))
    }

    /// Takes all the room that is left, but for a page or two.
    fn fill(&self) {
        let mut junk = File::create(self.0.join("junk")).unwrap();
        while junk.write_all(&[0; 4096]).is_ok() {}
    }

    fn empty(&self) {
        fs::remove_file(self.0.join("junk")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: the server may still be at it.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
        let _ = fs::remove_dir(&self.0);
    }
}

#[tokio::test]
#[allow(clippy::print_stderr, reason = "it says why it is skipped")]
async fn a_full_disk_refuses_changes_until_there_is_room() {
    if postgres::shared_or_skip().is_none() {
        return;
    }
    let server = Server::start(&[]).unwrap();
    let Some(disk) = SmallDisk::mount(&server) else {
        assert!(!postgres::is_ci(), "no small disk can be mounted");
        eprintln!("SKIPPED: no small disk can be mounted; it takes root");
        return;
    };
    let place = disk.0.display();
    let make = format!("CREATE TABLESPACE small LOCATION '{place}'");
    server.sql("postgres", &make).unwrap();
    let database = server.create_database().unwrap();
    let move_it = format!("ALTER DATABASE {} SET TABLESPACE small", database.name());
    server.sql("postgres", &move_it).unwrap();
    let world = world(database.keep()).await;
    let mut acknowledged = vec![world.someone_signed_in(world.pool).await];
    disk.fill();
    // What fits into pages that are there is kept; soon nothing is.
    let refused = loop {
        let user = world.user(world.pool);
        let created = world
            .store()
            .create_user(user, Vec::new(), world.origin())
            .await;
        if let Err(error) = created {
            break error;
        }
    };
    assert!(
        matches!(&refused, StoreError::Unavailable(detail) if detail.0.contains("53100")),
        "{refused:?}"
    );
    assert!(world.is_signed_in(&acknowledged[0]).await, "reads go on");
    disk.empty();
    acknowledged.push(world.someone_signed_in(world.pool).await);
    for who in &acknowledged {
        assert!(world.is_signed_in(who).await);
    }
    drop(world);
    drop(server);
}
