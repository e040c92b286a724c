//! `meetme serve`: the server, with its settings as flags.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use meetme_server::config::{Config, Durability, Limits, Rate, RateLimits, RateName};
use serde::Serialize;

use crate::context::Context;
use crate::error::CliError;
use crate::output::{Report, STRONG, styled};
use crate::{config, logging};

/// `off` lifts all rate limits: for tests and load.
pub const RATE_LIMITS_VARIABLE: &str = "MEETME_RATE_LIMITS";

/// Run the server
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// How the world reaches it, such as https://meet.example; http:// and the address if left out
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Where its data is; `meetme` in the XDG data directory if left out
    #[arg(long, value_name = "DIR", env = "MEETME_DATA")]
    data: Option<PathBuf>,
    /// A PostgreSQL database that takes the place of --data, such as postgres://meetme@10.0.0.5/meetme; many
    /// servers may share it. With sslmode=require its certificate is checked
    #[arg(long, value_name = "URL", env = "MEETME_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// Where the nodes of one installation hear each other, such as redis://10.0.0.5:6379
    #[arg(long, value_name = "URL", env = "MEETME_BUS", hide_env_values = true)]
    bus: Option<String>,
    /// How many seconds to say "not ready" for before stopping, so that a proxy can look elsewhere first
    #[arg(long, value_name = "SECONDS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=600))]
    drain_grace: u64,
    /// A proxy whose X-Forwarded-For is believed, such as 10.0.0.0/8; may be given several times
    #[arg(long, value_name = "CIDR")]
    trusted_proxy: Vec<String>,
    /// How much anyone may ask, such as login=20/1m: address, account, login, signup or book
    #[arg(long, value_name = "NAME=N/PERIOD")]
    rate_limit: Vec<NamedRate>,
}

/// A rate limit as typed.
#[derive(Debug, Clone, Copy)]
struct NamedRate(RateName, Rate);

impl FromStr for NamedRate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, rate) = text.split_once('=').ok_or("write NAME=N/PERIOD, for example login=20/1m")?;
        Ok(Self(name.parse()?, rate.parse()?))
    }
}

/// A server that takes requests from now on.
#[derive(Debug, Serialize)]
struct Serving {
    url: String,
    listen: SocketAddr,
}

impl Report for Serving {
    fn text(&self) -> String {
        format!("serving at {} (listening on {})\n", styled(STRONG, &self.url), self.listen)
    }
}

/// Serves until it is told to stop (Ctrl-C, SIGTERM); what was accepted is finished first.
pub fn run(ctx: &mut Context<'_>, args: Args, verbose: u8) -> Result<(), CliError> {
    let config = args.into_config()?;
    logging::of_server(verbose);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CliError::io("start the runtime"))?;
    let mut shown = Ok(());
    let served = runtime.block_on(meetme_server::run(config, |server| {
        shown = ctx.out.show(&Serving { url: server.public_url().to_owned(), listen: server.address() });
        ctx.out.note("stop it with Ctrl-C");
    }));
    served.map_err(|error| CliError::Serve { message: error.to_string() })?;
    shown
}

impl Args {
    fn into_config(self) -> Result<Config, CliError> {
        let public_url = match self.public_url {
            Some(given) => match config::server(&given) {
                Some(url) => Some(url.as_str().trim_end_matches('/').to_owned()),
                None => return Err(CliError::Client(crate::client::Error::BadServer { given })),
            },
            None => None,
        };
        let data = self.data.or_else(config::data_dir).ok_or_else(|| CliError::Missing {
            missing: "a directory for the data",
            say: "say it with `--data DIR`".to_owned(),
        })?;
        let mut trusted_proxies = Vec::new();
        for given in &self.trusted_proxy {
            let bad =
                |_| CliError::usage(format!("`{given}` is no network"), "write an address and a length: 10.0.0.0/8");
            trusted_proxies.push(given.parse().map_err(bad)?);
        }
        let unlimited = std::env::var(RATE_LIMITS_VARIABLE).is_ok_and(|word| word == "off");
        let mut rate_limits = if unlimited { RateLimits::off() } else { RateLimits::default() };
        for NamedRate(name, rate) in self.rate_limit {
            rate_limits.set(name, rate);
        }
        Ok(Config {
            listen: self.listen,
            public_url,
            data,
            database: self.database,
            bus: self.bus,
            trusted_proxies,
            rate_limits,
            limits: Limits { drain_grace: Duration::from_secs(self.drain_grace), ..Limits::default() },
            durability: Durability::Full,
        })
    }
}
