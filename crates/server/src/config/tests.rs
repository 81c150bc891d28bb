use super::*;
use rollcall_core::limits;
use std::ffi::OsString;
use std::io::Write as _;
use tempfile::NamedTempFile;

#[derive(Default)]
struct Given {
    file: Option<&'static str>,
    environment: &'static [(&'static str, &'static str)],
    flags: &'static [(Setting, &'static str)],
}

impl Given {
    /// The settings, and the file for as long as it is looked at.
    fn load(&self) -> (Result<Settings, ConfigError>, Option<NamedTempFile>) {
        let file = self.file.map(|text| {
            let mut file = NamedTempFile::new().unwrap();
            file.write_all(text.as_bytes()).unwrap();
            file
        });
        let environment = self.environment.iter();
        let flags = self.flags.iter();
        let sources = Sources {
            file: file.as_ref().map(|file| file.path().to_owned()),
            environment: environment
                .map(|(name, value)| (OsString::from(name), OsString::from(value)))
                .collect(),
            flags: flags.map(|(s, text)| (*s, (*text).to_owned())).collect(),
        };
        (Settings::load(&sources), file)
    }

    fn config(&self) -> Result<Config, ConfigError> {
        let (settings, _file) = self.load();
        Config::read(&settings?)
    }

    fn error(&self) -> String {
        self.config().unwrap_err().to_string()
    }
}

#[test]
fn nothing_at_all_is_a_complete_configuration() {
    let config = Given::default().config().unwrap();
    assert_eq!(config.listen, "127.0.0.1:7250".parse().unwrap());
    assert_eq!(
        config.public_url_at(config.listen).as_str(),
        "http://127.0.0.1:7250"
    );
    assert_eq!(config.password_hashing, HashingCost::Standard);
    assert_eq!(config.shutdown_grace, Duration::from_secs(10));
    assert!(matches!(
        config.store.master_key,
        MasterKeySource::DataFolder
    ));
    assert!(config.trusted_proxies.is_empty() && config.egress_allow.is_empty());
    assert!(!config.store.accept_earlier_clock);
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let file = "listen = \"127.0.0.1:1\"\nlog_level = \"warn\"\nshutdown_grace = 3\n";
    let environment = &[
        ("ROLLCALL_LISTEN", "127.0.0.1:2"),
        ("ROLLCALL_LOG_LEVEL", "debug"),
        ("PATH", "elsewhere"),
    ];
    let given = Given {
        file: Some(file),
        environment,
        flags: &[(Setting::Listen, "127.0.0.1:3")],
    };
    let config = given.config().unwrap();
    assert_eq!(config.listen.port(), 3);
    assert_eq!(config.log_level, LogLevel::Debug);
    assert_eq!(config.shutdown_grace, Duration::from_secs(3));
    let (settings, _file) = given.load();
    let settings = settings.unwrap();
    assert_eq!(settings.origin(Setting::Listen), Origin::Flag("--listen"));
    assert_eq!(
        settings.origin(Setting::LogLevel),
        Origin::Environment("ROLLCALL_LOG_LEVEL")
    );
    assert!(matches!(
        settings.origin(Setting::ShutdownGrace),
        Origin::File(_)
    ));
    assert_eq!(settings.origin(Setting::Data), Origin::Default);
}

#[test]
fn unknown_names_are_errors_that_name_the_nearest_known_one() {
    let file = Given {
        file: Some("lisen = \"127.0.0.1:1\""),
        ..Given::default()
    };
    let error = file.error();
    assert!(error.contains("unknown key `lisen`"), "{error}");
    assert!(error.contains("`listen`"), "{error}");
    let table = Given {
        file: Some("[server]\nlisten = \"127.0.0.1:1\""),
        ..Given::default()
    };
    assert!(table.error().contains("unknown key `server`"));
    let variable = Given {
        environment: &[("ROLLCALL_PUBLIC_URI", "https://id.example.com")],
        ..Given::default()
    };
    let error = variable.error();
    assert!(error.contains("`ROLLCALL_PUBLIC_URI`"), "{error}");
    assert!(error.contains("`ROLLCALL_PUBLIC_URL`"), "{error}");
}

#[test]
fn variables_of_check_and_empty_ones_are_no_settings() {
    let given = Given {
        environment: &[
            ("ROLLCALL_URL", "http://127.0.0.1:1"),
            ("ROLLCALL_ACCESS_KEY_ID", "id"),
            ("ROLLCALL_ACCESS_KEY_SECRET", "secret"),
            ("ROLLCALL_LISTEN", ""),
        ],
        ..Given::default()
    };
    assert_eq!(given.config().unwrap().listen.port(), 7250);
}

#[test]
fn a_wrong_value_names_its_key_and_origin() {
    let given = Given {
        environment: &[("ROLLCALL_LISTEN", "7250")],
        ..Given::default()
    };
    let error = given.error();
    assert!(
        error.starts_with("environment ROLLCALL_LISTEN: `listen`"),
        "{error}"
    );
    let given = Given {
        file: Some("shutdown_grace = \"10\""),
        ..Given::default()
    };
    let error = given.error();
    assert!(
        error.contains("`shutdown_grace` may not be a TOML string"),
        "{error}"
    );
    let given = Given {
        flags: &[(Setting::PasswordHashing, "cheap")],
        ..Given::default()
    };
    let error = given.error();
    assert!(
        error.starts_with("flag --password-hashing: `password_hashing` = `cheap`"),
        "{error}"
    );
}

#[test]
fn malformed_toml_is_named_by_line_without_its_text() {
    let given = Given {
        file: Some("listen = \"127.0.0.1:1\"\nmaster = hunter2\n"),
        ..Given::default()
    };
    let error = given.error();
    assert!(error.contains("line 2"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn a_configuration_file_is_read_up_to_its_limit_and_not_one_byte_past_it() {
    for (more, accepted) in [(0, true), (1, false)] {
        let mut file = NamedTempFile::new().unwrap();
        let bytes = usize::try_from(limits::MAX_CONFIG_FILE_BYTES).unwrap() + more;
        file.write_all(&b"#".repeat(bytes)).unwrap();
        let sources = Sources {
            file: Some(file.path().to_owned()),
            ..Sources::default()
        };
        assert_eq!(Settings::load(&sources).is_ok(), accepted);
    }
}

#[test]
fn a_missing_file_is_an_error_whoever_named_it() {
    let given = Given {
        environment: &[("ROLLCALL_CONFIG", "no-such-folder/rollcall.toml")],
        ..Given::default()
    };
    let error = given.error();
    assert!(error.contains("no-such-folder/rollcall.toml"), "{error}");
}

#[test]
fn the_master_key_has_one_source() {
    const KEY: (&str, &str) = ("ROLLCALL_MASTER_KEY", "00");
    let from_key = Given {
        file: Some("master_key_file = \"elsewhere\""),
        environment: &[KEY],
        ..Given::default()
    };
    let source = from_key.config().unwrap().store.master_key;
    assert!(matches!(source, MasterKeySource::Given(_)));
    let from_flag = Given {
        environment: &[KEY],
        flags: &[(Setting::MasterKeyFile, "key")],
        ..Given::default()
    };
    let source = from_flag.config().unwrap().store.master_key;
    assert!(matches!(source, MasterKeySource::File(path) if path == Path::new("key")));
    let both = Given {
        environment: &[KEY, ("ROLLCALL_MASTER_KEY_FILE", "key")],
        ..Given::default()
    };
    assert!(matches!(both.config(), Err(ConfigError::TwoMasterKeys)));
    let in_file = Given {
        file: Some("master_key = \"hunter2\""),
        ..Given::default()
    };
    let error = in_file.error();
    assert!(
        error.contains("`master_key` may not stand in the file"),
        "{error}"
    );
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn a_shared_database_is_postgresql_and_its_password_not_printed() {
    for flags in [
        &[(Setting::DatabaseUrl, "postgres://u:hunter2@db/x")],
        &[(Setting::DatabaseUrl, "postgresql://u:hunter2@db/x")],
    ] {
        let given = Given {
            flags,
            ..Given::default()
        };
        let url = flags[0].1;
        let database = given.config().unwrap().store.database.unwrap();
        assert_eq!(database.url.as_str(), url);
        assert_eq!(database.pooler, DatabasePooler::Session);
        assert!(!format!("{database:?}").contains("hunter2"));
    }
    let other = Given {
        flags: &[(Setting::DatabaseUrl, "mysql://u:hunter2@db/x")],
        ..Given::default()
    };
    let error = other.error();
    assert!(error.contains("flag --database-url"), "{error}");
    assert!(error.contains("no PostgreSQL database"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn trusted_proxies_are_addresses_and_networks() {
    let given = Given {
        file: Some("trusted_proxies = [\"10.0.0.0/8\", \"::1\"]"),
        ..Given::default()
    };
    let networks = given.config().unwrap().trusted_proxies;
    assert_eq!(
        networks,
        ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()]
    );
    let given = Given {
        flags: &[
            (Setting::TrustedProxies, "10.0.0.0/8"),
            (Setting::TrustedProxies, "192.0.2.1"),
        ],
        ..Given::default()
    };
    assert_eq!(given.config().unwrap().trusted_proxies.len(), 2);
    for (text, meant) in [
        ("::ffff:10.0.0.1", "10.0.0.1/32"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("::ffff:0:0/97", "0.0.0.0/1"),
        ("2001:db8::/32", "2001:db8::/32"),
    ] {
        assert_eq!(
            values::trusted_proxies(text),
            Ok(vec![meant.parse().unwrap()])
        );
    }
    for (text, wrong) in [
        ("10.1.0.0/8", "host bits"),
        ("::ffff:10.1.0.0/104", "host bits: 10.0.0.0/8"),
        ("proxy", "no address"),
        ("0.0.0.0/0", "covers every address"),
        ("::/0", "covers every address"),
        ("::ffff:0:0/96", "covers every address"),
    ] {
        let error = values::trusted_proxies(text).unwrap_err();
        assert!(error.contains(wrong), "{error}");
    }
    let most = vec!["10.0.0.1"; limits::MAX_TRUSTED_PROXIES].join(",");
    assert!(values::trusted_proxies(&most).is_ok());
    assert!(values::trusted_proxies(&(most + ",10.0.0.1")).is_err());
}

#[test]
fn networks_that_may_be_reached_are_read_as_trusted_proxies_are() {
    let given = Given {
        file: Some("egress_allow = [\"10.0.0.0/8\", \"fd00::1\"]"),
        ..Given::default()
    };
    let config = given.config().unwrap();
    assert_eq!(
        config.egress_allow,
        [
            "10.0.0.0/8".parse().unwrap(),
            "fd00::1/128".parse().unwrap()
        ]
    );
    assert!(config.trusted_proxies.is_empty());
    let (settings, _file) = given.load();
    let text = explain(&settings.unwrap()).unwrap();
    assert!(text.contains("egress_allow = 10.0.0.0/8, fd00::1/128\n"));
    for given in [
        Given {
            environment: &[("ROLLCALL_EGRESS_ALLOW", "10.0.0.0/8,192.168.1.1")],
            ..Given::default()
        },
        Given {
            flags: &[
                (Setting::EgressAllow, "10.0.0.0/8"),
                (Setting::EgressAllow, "192.168.1.1"),
            ],
            ..Given::default()
        },
    ] {
        assert_eq!(given.config().unwrap().egress_allow.len(), 2);
    }
    let text = Given {
        file: Some("egress_allow = \"10.0.0.0/8\""),
        ..Given::default()
    };
    assert!(text.error().contains("may not be a TOML string"));
    assert!(values::egress_allow("0.0.0.0/0").is_err());
    let most = vec!["10.0.0.1"; limits::MAX_EGRESS_NETWORKS].join(",");
    assert!(values::egress_allow(&most).is_ok());
    assert!(values::egress_allow(&(most + ",10.0.0.1")).is_err());
}

#[test]
fn the_times_of_a_stop_have_their_limits() {
    assert!(values::shutdown_grace("600").is_ok());
    assert!(values::shutdown_grace("601").is_err());
    assert!(values::shutdown_grace("-1").is_err());
    assert!(values::drain_delay("300").is_ok());
    assert!(values::drain_delay("301").is_err());
}

#[test]
fn a_public_url_is_an_origin() {
    for (text, origin) in [
        ("https://id.example.com", "https://id.example.com"),
        ("https://ID.example.com:443/", "https://id.example.com"),
        ("https://id.example.com:8443", "https://id.example.com:8443"),
        ("http://localhost:7250", "http://localhost:7250"),
        ("http://a.b.localhost", "http://a.b.localhost"),
        ("http://127.9.9.9:1/", "http://127.9.9.9:1"),
        ("http://[::1]:7250", "http://[::1]:7250"),
    ] {
        assert_eq!(PublicUrl::parse(text).unwrap().as_str(), origin, "{text}");
    }
    for (text, wrong) in [
        ("", PublicUrlError::NotAUrl),
        ("id.example.com", PublicUrlError::NotAUrl),
        ("ftp://id.example.com", PublicUrlError::NotAUrl),
        ("https:id.example.com", PublicUrlError::NotAUrl),
        (" https://id.example.com", PublicUrlError::NotAUrl),
        ("https://", PublicUrlError::NotAUrl),
        ("https://id.example.com/oidc", PublicUrlError::NotAnOrigin),
        ("https://id.example.com?", PublicUrlError::NotAnOrigin),
        ("https://id.example.com/#", PublicUrlError::NotAnOrigin),
        ("https://u:p@id.example.com", PublicUrlError::NotAnOrigin),
        ("https://@id.example.com", PublicUrlError::NotAnOrigin),
        ("http://id.example.com", PublicUrlError::NotHttps),
        ("http://192.168.0.1", PublicUrlError::NotHttps),
        ("http://localhost.example.com", PublicUrlError::NotHttps),
        ("http://[::2]", PublicUrlError::NotHttps),
    ] {
        assert_eq!(PublicUrl::parse(text), Err(wrong), "{text}");
    }
}

#[test]
fn beyond_loopback_a_public_url_must_be_given() {
    let alone = Given {
        flags: &[(Setting::Listen, "0.0.0.0:7250")],
        ..Given::default()
    };
    assert!(alone.error().contains("`public_url` is needed"));
    let given = Given {
        environment: &[("ROLLCALL_PUBLIC_URL", "https://id.example.com")],
        flags: &[(Setting::Listen, "0.0.0.0:7250")],
        ..Given::default()
    };
    let config = given.config().unwrap();
    let url = config.public_url_at(config.listen);
    assert_eq!(url.as_str(), "https://id.example.com");
    assert!(!url.is_loopback());
}

#[test]
fn the_offline_commands_ask_only_for_what_concerns_the_store() {
    let given = Given {
        flags: &[(Setting::Listen, "0.0.0.0:7250"), (Setting::Data, "d")],
        ..Given::default()
    };
    let (settings, _) = given.load();
    let store = StoreConfig::read(&settings.unwrap()).unwrap();
    assert_eq!(store.data, Path::new("d"));
}

#[test]
fn the_explanation_names_every_setting_and_no_secret() {
    let given = Given {
        environment: &[("ROLLCALL_MASTER_KEY", "hunter2")],
        flags: &[(Setting::LogFormat, "json")],
        ..Given::default()
    };
    let (settings, _) = given.load();
    let settings = settings.unwrap();
    let text = explain(&settings).unwrap();
    for setting in Setting::ALL {
        let facts = setting.facts();
        assert!(text.contains(&format!("\n{} = ", facts.name)) || text.starts_with(facts.name));
        assert!(text.contains(facts.variable));
    }
    assert!(text.contains("log_format = json\n    from:     flag --log-format"));
    assert!(text.contains("master_key = (set, not shown)"));
    assert!(!text.contains("hunter2"));
    let config = given.config().unwrap();
    assert!(!format!("{config:?} {settings:?}").contains("hunter2"));
}

#[test]
fn names_follow_one_pattern() {
    for setting in Setting::ALL {
        let facts = setting.facts();
        let variable = format!("ROLLCALL_{}", facts.name.to_uppercase());
        assert_eq!(facts.variable, variable);
        let flag = format!("--{}", facts.name.replace('_', "-"));
        let plural = facts.name == "trusted_proxies";
        assert!(plural || facts.flag.is_none_or(|f| f == flag), "{flag}");
    }
}

#[test]
fn the_console_is_served_on_loopback_or_where_it_is_asked_for() {
    const REMOTE: (&str, &str) = ("ROLLCALL_PUBLIC_URL", "https://id.example.com");
    let served = |environment: &'static [(&'static str, &'static str)]| {
        let given = Given {
            environment,
            ..Given::default()
        };
        let config = given.config().unwrap();
        config.has_console(&config.public_url_at(config.listen))
    };
    assert!(served(&[]));
    assert!(served(&[("ROLLCALL_LISTEN", "[::1]:7250")]));
    assert!(!served(&[REMOTE]));
    assert!(!served(&[("ROLLCALL_LISTEN", "0.0.0.0:7250"), REMOTE]));
    assert!(!served(&[
        ("ROLLCALL_LISTEN", "0.0.0.0:7250"),
        ("ROLLCALL_PUBLIC_URL", "http://127.0.0.1:7250")
    ]));
    assert!(served(&[REMOTE, ("ROLLCALL_CONSOLE_REMOTE", "true")]));
}
