//! `meetme serve`: the server, with its settings as flags.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use meetme_server::config::{Config, Durability, Limits, Rate, RateLimits, RateName, TurnConfig};
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
    /// Serve STUN and TURN at ADDR (UDP), such as 203.0.113.7:3478, so that calls connect from any network
    #[arg(long, value_name = "ADDR", env = "MEETME_TURN")]
    turn: Option<SocketAddr>,
    /// The address at which the world reaches STUN and TURN, where it is another one
    #[arg(long, value_name = "IP", requires = "turn")]
    turn_public: Option<IpAddr>,
    /// The UDP ports that TURN relays through
    #[arg(long, value_name = "FIRST-LAST", default_value = "49152-65535", requires = "turn")]
    turn_ports: Ports,
    /// A network that is not the internet and that TURN may relay to all the same; may be given several times
    #[arg(long, value_name = "CIDR", requires = "turn")]
    turn_allow: Vec<String>,
    /// How many seconds to say "not ready" for before stopping, so that a proxy can look elsewhere first
    #[arg(long, value_name = "SECONDS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=600))]
    drain_grace: u64,
    /// A proxy whose X-Forwarded-For is believed, such as 10.0.0.0/8; may be given several times
    #[arg(long, value_name = "CIDR")]
    trusted_proxy: Vec<String>,
    #[arg(long, value_name = "NAME=N/PERIOD", help = rate_limit_help())]
    rate_limit: Vec<NamedRate>,
}

fn rate_limit_help() -> String {
    let names: Vec<&str> = RateName::ALL.iter().map(|(name, _)| *name).collect();
    let (last, others) = names.split_last().expect("there are some");
    format!("How much anyone may ask, such as login=20/1m: {} or {last}", others.join(", "))
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

/// Ports as typed.
#[derive(Debug, Clone, Copy)]
struct Ports(u16, u16);

impl FromStr for Ports {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let ports = text.split_once('-').and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
        match ports {
            Some((first, last)) if 0 < first && first <= last => Ok(Self(first, last)),
            _ => Err("write FIRST-LAST, for example 49152-65535".to_owned()),
        }
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
        let trusted_proxies = networks(&self.trusted_proxy)?;
        let turn = match self.turn {
            Some(listen) => Some(TurnConfig {
                listen,
                public: self.turn_public,
                ports: (self.turn_ports.0, self.turn_ports.1),
                allow: networks(&self.turn_allow)?,
            }),
            None => None,
        };
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
            turn,
            trusted_proxies,
            rate_limits,
            limits: Limits { drain_grace: Duration::from_secs(self.drain_grace), ..Limits::default() },
            durability: Durability::Full,
        })
    }
}

fn networks<N: FromStr>(given: &[String]) -> Result<Vec<N>, CliError> {
    let read = |text: &String| {
        let bad = |_| CliError::usage(format!("`{text}` is no network"), "write an address and a length: 10.0.0.0/8");
        text.parse().map_err(bad)
    };
    given.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use clap::Args as _;

    use super::*;

    #[test]
    fn help_names_every_rate_limit() {
        let help = Args::augment_args(clap::Command::new("serve")).render_help().to_string();

        for (name, _) in RateName::ALL {
            assert!(help.contains(&format!(" {name}")), "{name} in {help}");
        }
    }
}
