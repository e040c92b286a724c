//! What a calendar app is told: where, who, with which token.

use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

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

/// A file for a configuration profile that Apple's devices install. It goes again unless it is written.
#[derive(Debug)]
pub(super) struct ProfileFile {
    file: File,
    path: PathBuf,
    written: bool,
}

impl ProfileFile {
    /// Makes it, readable by its owner alone, where there is none.
    pub(super) fn create(path: &Path) -> std::io::Result<Self> {
        let file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
        Ok(Self { file, path: path.to_owned(), written: false })
    }

    /// Its name for people.
    pub(super) fn shown(&self) -> String {
        self.path.display().to_string()
    }

    /// Writes the profile of a set-up.
    pub(super) fn write(mut self, setup: &Setup) -> std::io::Result<()> {
        self.file.write_all(setup.profile().as_bytes())?;
        self.written = true;
        Ok(())
    }
}

impl Drop for ProfileFile {
    fn drop(&mut self) {
        if !self.written {
            // Whoever asked for it is told why there is none; an empty file that stays harms nobody.
            drop(std::fs::remove_file(&self.path));
        }
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
