//! The properties that the server makes, by name.

use crate::caldav::xml::{CALDAV, CALSERVER, DAV};

macro_rules! live {
    ($($live:ident = $space:ident $local:literal,)*) => {
        /// A property that the server makes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Live {
            $($live,)*
        }

        /// Each with its name.
        pub(super) const LIVE: &[(Live, &str, &str)] = &[$((Live::$live, $space, $local),)*];
    };
}

live! {
    ResourceType = DAV "resourcetype",
    DisplayName = DAV "displayname",
    CreationDate = DAV "creationdate",
    GetEtag = DAV "getetag",
    GetContentType = DAV "getcontenttype",
    GetContentLength = DAV "getcontentlength",
    GetLastModified = DAV "getlastmodified",
    CurrentUserPrincipal = DAV "current-user-principal",
    PrincipalUrl = DAV "principal-URL",
    Owner = DAV "owner",
    PrivilegeSet = DAV "current-user-privilege-set",
    SupportedPrivileges = DAV "supported-privilege-set",
    PrincipalCollections = DAV "principal-collection-set",
    SupportedReports = DAV "supported-report-set",
    SyncToken = DAV "sync-token",
    AddMember = DAV "add-member",
    SupportedLock = DAV "supportedlock",
    LockDiscovery = DAV "lockdiscovery",
    AlternateUris = DAV "alternate-URI-set",
    GroupMembership = DAV "group-membership",
    GroupMembers = DAV "group-member-set",
    HomeSet = CALDAV "calendar-home-set",
    UserAddresses = CALDAV "calendar-user-address-set",
    UserType = CALDAV "calendar-user-type",
    InboxUrl = CALDAV "schedule-inbox-URL",
    OutboxUrl = CALDAV "schedule-outbox-URL",
    DefaultCalendar = CALDAV "schedule-default-calendar-URL",
    ScheduleTag = CALDAV "schedule-tag",
    Transparency = CALDAV "schedule-calendar-transp",
    Components = CALDAV "supported-calendar-component-set",
    ComponentSets = CALDAV "supported-calendar-component-sets",
    Data = CALDAV "supported-calendar-data",
    Collations = CALDAV "supported-collation-set",
    Description = CALDAV "calendar-description",
    Timezone = CALDAV "calendar-timezone",
    TimezoneId = CALDAV "calendar-timezone-id",
    MaxSize = CALDAV "max-resource-size",
    MaxInstances = CALDAV "max-instances",
    MaxAttendees = CALDAV "max-attendees-per-instance",
    MinDate = CALDAV "min-date-time",
    MaxDate = CALDAV "max-date-time",
    CTag = CALSERVER "getctag",
    EmailAddresses = CALSERVER "email-address-set",
}

/// Those that everything is asked for with `allprop` (RFC 4918 and no more, RFC 4791 5.2).
pub(super) const USUAL: [Live; 10] = [
    Live::ResourceType,
    Live::DisplayName,
    Live::CreationDate,
    Live::GetEtag,
    Live::GetContentType,
    Live::GetContentLength,
    Live::GetLastModified,
    Live::SupportedLock,
    Live::LockDiscovery,
    Live::SyncToken,
];
