//! What a calendar app is told: where, who, with which token.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use meetme_core::id::{TokenId, Username};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use serde::Serialize;

use crate::output::Report;

/// A calendar app's set-up.
#[derive(Debug, Serialize)]
pub(super) struct Setup {
    /// The server's CalDAV address.
    pub(super) url: String,
    /// The user's name there.
    pub(super) username: Username,
    /// In place of a password; shown once.
    pub(super) token: String,
    /// To revoke it by.
    pub(super) id: TokenId,
}

impl Report for Setup {
    fn text(&self) -> String {
        let mut text = format!("server    {}\nusername  {}\npassword  {}\n", self.url, self.username, self.token);
        if let Ok(code) = QrCode::new(self.link()) {
            text.push_str(&code.render::<Dense1x2>().quiet_zone(true).build());
            text.push('\n');
        }
        text
    }
}

impl Setup {
    /// A link that phones open with DAVx5.
    fn link(&self) -> String {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        format!("davx5://{}:{}@{rest}", self.username, self.token)
    }

    /// Writes a configuration profile that Apple's devices install, readable by its owner alone.
    pub(super) fn write_profile(&self, to: &Path) -> std::io::Result<()> {
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
        file.write_all(self.profile().as_bytes())
    }

    fn profile(&self) -> String {
        let secure = self.url.starts_with("https://");
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        let authority = rest.split('/').next().unwrap_or_default();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if port.parse::<u16>().is_ok() => (host, port.to_owned()),
            _ => (authority, if secure { "443".to_owned() } else { "80".to_owned() }),
        };
        let id = self.id;
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>PayloadType</key><string>Configuration</string>
<key>PayloadVersion</key><integer>1</integer>
<key>PayloadIdentifier</key><string>meetme.{id}</string>
<key>PayloadUUID</key><string>{id}</string>
<key>PayloadDisplayName</key><string>meetme calendars of {user}</string>
<key>PayloadContent</key><array><dict>
<key>PayloadType</key><string>com.apple.caldav.account</string>
<key>PayloadVersion</key><integer>1</integer>
<key>PayloadIdentifier</key><string>meetme.{id}.caldav</string>
<key>PayloadUUID</key><string>{id}</string>
<key>CalDAVAccountDescription</key><string>meetme</string>
<key>CalDAVHostName</key><string>{host}</string>
<key>CalDAVPort</key><integer>{port}</integer>
<key>CalDAVUseSSL</key><{secure}/>
<key>CalDAVPrincipalURL</key><string>/dav/principals/{user}/</string>
<key>CalDAVUsername</key><string>{user}</string>
<key>CalDAVPassword</key><string>{token}</string>
</dict></array>
</dict></plist>
"#,
            user = self.username,
            token = self.token,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_names_host_port_and_principal() {
        let setup = Setup {
            url: "https://meet.example:8443/dav/".to_owned(),
            username: "ada".parse().unwrap(),
            token: "mmt_x".to_owned(),
            id: "00000000-0000-0000-0000-000000000001".parse().unwrap(),
        };

        let profile = setup.profile();

        for part in ["<string>meet.example</string>", "<integer>8443</integer>", "<true/>", "/dav/principals/ada/"] {
            assert!(profile.contains(part), "{part}");
        }
        assert_eq!(setup.link(), "davx5://ada:mmt_x@meet.example:8443/dav/");
    }
}
