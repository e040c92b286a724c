//! Sessions that nobody reads along, with a server whose certificate is believed or is not.

use meetme_server::store::postgres::PostgresStore;
use meetme_server::store::{OpenError, Store as _};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::NamedTempFile;

use crate::services::postgres::{Cluster, execute, shared};
use crate::store_contract::postgres::options;
use crate::store_contract::world::{session, user, user_id};

/// Somebody who signs certificates.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// A file with the certificate by which others are known.
    fn file(&self) -> NamedTempFile {
        let file = NamedTempFile::new().unwrap();
        std::fs::write(file.path(), self.0.pem()).unwrap();
        file
    }

    /// A cluster that can show that it is `localhost`.
    fn localhost(&self) -> Option<Cluster> {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        Cluster::start_with_tls(&certificate.pem(), &key.serialize_pem())
    }
}

/// Where a database is, under a name and with further words.
fn url(cluster: &Cluster, host: &str, words: &str) -> String {
    format!("postgres://meetme@{host}:{}/test0{words}", cluster.port())
}

/// Opens a store, writes with it, and asks the server whether all of its sessions are secret.
async fn is_secret(cluster: &Cluster, words: &str) -> bool {
    let store = PostgresStore::open(&url(cluster, "localhost", words), options(1)).await.unwrap();
    let name = format!("u{}", words.len());
    store.create_user(user(&name), session(&name, &name)).await.unwrap();
    assert!(store.user(user_id(&name)).await.unwrap().is_some());
    let watcher = crate::services::postgres::connect(&url(cluster, "localhost", "?sslmode=disable")).await;
    let sql = "SELECT count(*), count(*) FILTER (WHERE s.ssl) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) \
        WHERE a.application_name = 'meetme'";
    let row = watcher.query_one(sql, &[]).await.unwrap();
    let (all, secret): (i64, i64) = (row.get(0), row.get(1));
    store.close().await;
    assert!(all > 0 && (secret == 0 || secret == all), "{secret} of {all}");
    secret == all
}

async fn refusal(url: &str) -> String {
    match PostgresStore::open(url, options(1)).await {
        Ok(_) => panic!("it was opened"),
        Err(error @ OpenError::Database { .. }) => error.to_string(),
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_its_authority_vouches_for_is_used_and_nobody_reads_along() {
    let authority = Authority::new();
    let Some(cluster) = authority.localhost() else { return };
    cluster.database().await;
    let root = authority.file();

    assert!(is_secret(&cluster, &format!("?sslmode=verify-full&sslrootcert={}", root.path().display())).await);
    assert!(is_secret(&cluster, &format!("?sslrootcert={}", root.path().display())).await);
    assert!(is_secret(&cluster, "").await, "encrypted where the server can, though it may be anybody");
    assert!(!is_secret(&cluster, "?sslmode=disable").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_nobody_vouches_for_is_not_spoken_to() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let Some(cluster) = authority.localhost() else { return };
    cluster.database().await;
    let (root, other) = (authority.file(), stranger.file());

    for (host, words) in [
        // By no public authority, by another one, and under another name.
        ("localhost", "?sslmode=require".to_owned()),
        ("localhost", format!("?sslmode=require&sslrootcert={}", other.path().display())),
        ("127.0.0.1", format!("?sslmode=require&sslrootcert={}", root.path().display())),
    ] {
        let refused = refusal(&url(&cluster, host, &words)).await;

        assert!(refused.contains("certificate"), "{words}: {refused}");
    }
    let missing = refusal(&url(&cluster, "localhost", "?sslrootcert=/nowhere.pem")).await;
    assert!(missing.contains("sslrootcert /nowhere.pem cannot be used"), "{missing}");
    let empty = NamedTempFile::new().unwrap();
    let empty = refusal(&url(&cluster, "localhost", &format!("?sslrootcert={}", empty.path().display()))).await;
    assert!(empty.contains("there is no certificate in it"), "{empty}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_secrecy_is_required_a_server_without_it_is_not_spoken_to() {
    let Some(cluster) = shared() else { return };
    let database = cluster.database().await;
    execute(&database, "SELECT 1").await;

    let refused = refusal(&database.replace("sslmode=disable", "sslmode=require")).await;

    assert!(refused.contains("does not support TLS"), "{refused}");
}
