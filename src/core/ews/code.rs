//! What to do about each error code of Exchange, in one table.
//! <https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode>

use crate::error::ErrorKind;

/// What a client does about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// All requests of this mailbox wait, then go on. Nothing was applied.
    Wait,
    /// The batch was too much for the server's time limit: ask again with fewer items.
    Halve,
    /// The server did not come to this item: ask again.
    Resend,
    /// A passing fault: ask again a few times, at last item by item.
    Retry,
    /// The mailbox is moving or failing over: minutes, not seconds.
    Later,
    /// Ask again with a lower schema version.
    LowerVersion,
    /// The cursor is no longer valid: list afresh.
    Relist,
    /// The folder does not exist any more.
    FolderGone,
    /// The subscription or its watermark is dead: subscribe again, then list.
    Resubscribe,
    /// There is no place for another subscription, or no right to one: ask by the clock instead.
    Poll,
    /// Find the server's address again.
    Rediscover,
    /// The item, or the occurrence, does not exist any more.
    ItemGone,
    /// The item changed meanwhile.
    Conflict,
    /// This one item cannot cross.
    Item,
    /// The mailbox is full.
    Full,
    /// A right is missing.
    Denied,
    /// The right to act in the mailbox owner's name is missing.
    NotInTheirName,
    /// The account is disabled, or its mailbox has no licence.
    Disabled,
    /// The password does not count any more.
    SignIn,
    /// The address has no usable mailbox.
    NoMailbox,
    /// We asked what must not be asked.
    Bug,
}

impl Action {
    /// A code that is not in the table is a passing fault, retried a few times.
    pub fn of(code: &str) -> Self {
        TABLE
            .iter()
            .find(|(_, codes)| codes.contains(&code))
            .map_or(Self::Retry, |(action, _)| *action)
    }

    /// The kind of error and the sentence, once nothing more can be tried.
    pub(super) const fn verdict(self) -> (ErrorKind, &'static str) {
        match self {
            Self::Wait => (
                ErrorKind::Busy,
                "Exchange is busy and asks to wait. Synchronising goes on by itself later.",
            ),
            Self::Halve => (
                ErrorKind::Temporary,
                "Exchange took too long for the request. Synchronising tries again later.",
            ),
            Self::Rediscover => (
                ErrorKind::Moved,
                "The mailbox is being moved or lies on another server now. Its server is looked for again by itself, unless \
                 it was given by hand; then enter the new one.",
            ),
            Self::Poll => (
                ErrorKind::Temporary,
                "Exchange tells nothing of changes here, or has no place for another subscription. It is asked for changes by the \
                 clock instead.",
            ),
            Self::Resend | Self::Retry | Self::Resubscribe => (
                ErrorKind::Temporary,
                "Exchange reported a fault of its own. Synchronising tries again later; if it keeps happening, ask \
                 the administrator of the mail server.",
            ),
            Self::Later => (
                ErrorKind::Temporary,
                "The mailbox's database is not available just now. Synchronising tries again later; if it keeps happening, \
                 ask the administrator of the mail server.",
            ),
            Self::LowerVersion => (
                ErrorKind::Configuration,
                "This Exchange server is too old. Exchange 2007 SP1 or newer is needed.",
            ),
            Self::Relist => (
                ErrorKind::Cursor,
                "Exchange no longer knows what was synchronised before. The folder is compared anew.",
            ),
            Self::FolderGone => (
                ErrorKind::Gone,
                "The folder does not exist in the mailbox any more. Remove the link, or link another folder.",
            ),
            Self::ItemGone => (
                ErrorKind::ItemGone,
                "The item does not exist in the mailbox any more. The next synchronisation takes that over.",
            ),
            Self::Conflict => (
                ErrorKind::Conflict,
                "The item was changed in the mailbox at the same moment. Both versions are compared anew.",
            ),
            Self::Item => (
                ErrorKind::Item,
                "Exchange does not accept or cannot deliver this item. Change it, then it is tried again.",
            ),
            Self::Full => (
                ErrorKind::Item,
                "The item is too large or the mailbox is full. Make room in the mailbox or the item smaller.",
            ),
            Self::Denied => (
                ErrorKind::Denied,
                "The account has no right to do this in the mailbox. Ask the owner or the administrator of the mail \
                 server for the right.",
            ),
            Self::NotInTheirName => (
                ErrorKind::Denied,
                "The service account may not act in the name of this mailbox's owner. Ask the administrator of the mail \
                 server for the role ApplicationImpersonation (New-ManagementRoleAssignment, docs/connecting.md).",
            ),
            Self::Disabled => (
                ErrorKind::Credentials,
                "The account is disabled in Exchange, or its mailbox has no licence. Ask the administrator of the mail \
                 server; afterwards enter the password here once more.",
            ),
            Self::SignIn => (
                ErrorKind::Credentials,
                "Exchange refuses the sign-in because the password has expired or is not valid any more. Change it \
                 there, then enter the new one here.",
            ),
            Self::NoMailbox => (
                ErrorKind::Configuration,
                "The address has no mailbox on this server. Check the address and the server; an account without a licence \
                 for Exchange has no mailbox either.",
            ),
            Self::Bug => (
                ErrorKind::Item,
                "Exchange refuses the request for this item. It is set aside; please report this to us.",
            ),
        }
    }
}

const TABLE: &[(Action, &[&str])] = &[
    (
        Action::Wait,
        &[
            "ErrorServerBusy",
            "ErrorExceededConnectionCount",
            "ErrorTooManyObjectsOpened",
            "ErrorInsufficientResources",
        ],
    ),
    (
        Action::Poll,
        &[
            "ErrorExceededSubscriptionCount",
            "ErrorSubscriptionDelegateAccessNotSupported",
        ],
    ),
    (Action::Halve, &["ErrorTimeoutExpired"]),
    (Action::Resend, &["ErrorBatchProcessingStopped"]),
    (
        Action::Retry,
        &[
            "ErrorInternalServerTransientError",
            "ErrorInternalServerError",
            "ErrorConnectionFailed",
            "ErrorADUnavailable",
            "ErrorADOperation",
            "ErrorClientDisconnected",
            "ErrorNoRespondingCASInDestinationSite",
        ],
    ),
    (
        Action::Later,
        &[
            "ErrorMailboxStoreUnavailable",
            "ErrorMailboxFailover",
            "ErrorMailboxLogonFailed",
        ],
    ),
    (
        Action::LowerVersion,
        &[
            "ErrorInvalidServerVersion",
            "ErrorIncorrectSchemaVersion",
            "ErrorInvalidSchemaVersionForMailboxVersion",
        ],
    ),
    (Action::Relist, &["ErrorInvalidSyncStateData"]),
    (
        Action::FolderGone,
        &[
            "ErrorSyncFolderNotFound",
            "ErrorFolderNotFound",
            "ErrorCannotAccessDeletedPublicFolder",
            "ErrorParentFolderNotFound",
            "ErrorSavedItemFolderNotFound",
        ],
    ),
    (
        Action::Resubscribe,
        &[
            "ErrorInvalidSubscription",
            "ErrorSubscriptionNotFound",
            "ErrorExpiredSubscription",
            "ErrorSubscriptionUnsubscribed",
            "ErrorInvalidWatermark",
            "ErrorReadEventsFailed",
            "ErrorMissedNotificationEvents",
            "ErrorNewEventStreamConnectionOpened",
        ],
    ),
    (
        Action::Rediscover,
        &[
            "ErrorProxyRequestNotAllowed",
            "ErrorMailboxMoveInProgress",
            "ErrorCrossSiteRequest",
            "ErrorNoApplicableProxyCASServersAvailable",
        ],
    ),
    (
        Action::ItemGone,
        &[
            "ErrorItemNotFound",
            "ErrorCalendarOccurrenceIsDeletedFromRecurrence",
            "ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange",
            "ErrorCalendarCannotUpdateDeletedItem",
        ],
    ),
    (
        Action::Conflict,
        &[
            "ErrorIrresolvableConflict",
            "ErrorStaleObject",
            "ErrorChangeKeyRequiredForWriteOperations",
            "ErrorChangeKeyRequired",
            // It is a single item, or a series, no longer.
            "ErrorCalendarCannotUseIdForOccurrenceId",
            "ErrorCalendarCannotUseIdForRecurringMasterId",
            "ErrorObjectTypeChanged",
        ],
    ),
    (
        Action::Item,
        &[
            "ErrorOccurrenceCrossingBoundary",
            "ErrorOccurrenceTimeSpanTooBig",
            "ErrorCalendarInvalidRecurrence",
            "ErrorRecurrenceHasNoOccurrence",
            "ErrorRecurrenceEndDateTooBig",
            "ErrorCalendarOutOfRange",
            "ErrorCalendarInvalidDayForWeeklyRecurrence",
            "ErrorCalendarInvalidDayForTimeChangePattern",
            "ErrorCalendarEndDateIsEarlierThanStartDate",
            "ErrorCalendarDurationIsTooLong",
            "ErrorCalendarInvalidPropertyState",
            "ErrorCorruptData",
            "ErrorItemCorrupt",
            "ErrorItemPropertyRequestFailed",
            "ErrorCalendarIsOrganizerForAccept",
            "ErrorCalendarIsOrganizerForDecline",
            "ErrorCalendarIsOrganizerForRemove",
            "ErrorCalendarIsOrganizerForTentative",
            "ErrorCalendarIsCancelledForAccept",
            "ErrorCalendarIsCancelledForDecline",
            "ErrorCalendarIsCancelledForRemove",
            "ErrorCalendarIsCancelledForTentative",
            "ErrorCalendarIsDelegatedForAccept",
            "ErrorCalendarIsDelegatedForDecline",
            "ErrorCalendarIsDelegatedForRemove",
            "ErrorCalendarIsDelegatedForTentative",
            "ErrorCalendarMeetingRequestIsOutOfDate",
            "ErrorCalendarIsNotOrganizer",
            "ErrorCalendarCannotMoveOrCopyOccurrence",
            "ErrorCannotCreateCalendarItemInNonCalendarFolder",
            "ErrorCannotCreateContactInNonContactFolder",
            "ErrorCannotCreateTaskInNonTaskFolder",
            "ErrorItemSave",
            "ErrorItemSavePropertyError",
            "ErrorMimeContentInvalid",
            "ErrorMimeContentConversionFailed",
            "ErrorNameResolutionNoResults",
            "ErrorNameResolutionMultipleResults",
            "ErrorNameResolutionNoMailbox",
            "ErrorCannotDeleteObject",
            "ErrorCalendarForwardActionNotAllowed",
            "ErrorCalendarInvalidAttributeValue",
            "ErrorCalendarInvalidPropertyValue",
            "ErrorCalendarInvalidTimeZone",
            "ErrorCalendarIsGroupMailboxForAccept",
            "ErrorCalendarIsGroupMailboxForDecline",
            "ErrorCalendarIsGroupMailboxForTentative",
            "ErrorCannotDeleteTaskOccurrence",
            "ErrorCannotOpenFileAttachment",
            "ErrorContentConversionFailed",
            "ErrorDistributionListMemberNotExist",
            "ErrorInvalidAttachmentId",
            "ErrorInvalidCompleteDate",
            "ErrorInvalidContactEmailAddress",
            "ErrorInvalidContactEmailIndex",
            "ErrorInvalidItemForOperationAcceptItem",
            "ErrorInvalidItemForOperationCancelItem",
            "ErrorInvalidItemForOperationCreateItem",
            "ErrorInvalidItemForOperationCreateItemAttachment",
            "ErrorInvalidItemForOperationDeclineItem",
            "ErrorInvalidItemForOperationRemoveItem",
            "ErrorInvalidItemForOperationTentative",
            "ErrorInvalidPercentCompleteValue",
            "ErrorInvalidRecipients",
            "ErrorInvalidReferenceItem",
            "ErrorInvalidRoutingType",
            "ErrorInvalidValueForProperty",
            "ErrorMessageBlocked",
            "ErrorMessageSubmissionBlocked",
            "ErrorMimeContentInvalidBase64String",
            "ErrorMissingRecipients",
            "ErrorPropertyUpdate",
            "ErrorPropertyValidationFailure",
            "ErrorRequiredPropertyMissing",
            "ErrorSentMeetingRequestUpdate",
            "ErrorSentTaskRequestUpdate",
            "ErrorTimeZone",
            "ErrorUnsupportedMapiPropertyType",
            "ErrorUnsupportedMimeConversion",
            "ErrorUnsupportedRecurrence",
            "ErrorUnsupportedTypeForConversion",
            "ErrorValueOutOfRange",
            "ErrorVirusDetected",
            "ErrorVirusMessageDeleted",
        ],
    ),
    (
        Action::Full,
        &[
            "ErrorQuotaExceeded",
            "ErrorMessageSizeExceeded",
            "ErrorAttachmentSizeLimitExceeded",
            "ErrorAttachmentNestLevelLimitExceeded",
            "ErrorDataSizeLimitExceeded",
            "ErrorExceededMaxRecipientLimit",
            "ErrorExceededMaxRecipientLimitBlock",
            "ErrorMessagePerFolderCountReceiveQuotaExceeded",
            "ErrorRequestStreamTooBig",
            "ErrorSubmissionQuotaExceeded",
        ],
    ),
    (
        Action::Denied,
        &[
            "ErrorAccessDenied",
            "ErrorCreateItemAccessDenied",
            "ErrorOrganizationAccessBlocked",
            "ErrorUserNotAllowedByPolicy",
            "ErrorSubscriptionAccessDenied",
        ],
    ),
    (
        Action::NotInTheirName,
        &[
            "ErrorImpersonateUserDenied",
            "ErrorImpersonationDenied",
            "ErrorImpersonationFailed",
        ],
    ),
    (
        Action::Disabled,
        &[
            "ErrorAccountDisabled",
            "ErrorAccountSuspend",
            "ErrorAccountSuspendShowTierUpgrade",
            "ErrorCallerIsInvalidADAccount",
            "ErrorInvalidLicense",
        ],
    ),
    (
        Action::SignIn,
        &[
            "ErrorPasswordExpired",
            "ErrorPasswordChangeRequired",
            "ErrorInvalidAuthorizationContext",
        ],
    ),
    (
        Action::NoMailbox,
        &[
            "ErrorMailboxConfiguration",
            "ErrorNonExistentMailbox",
            "ErrorMissingEmailAddress",
            "ErrorNonPrimarySmtpAddress",
            "ErrorInvalidSmtpAddress",
            "ErrorInvalidMailbox",
            "ErrorMissingExchangePrincipal",
        ],
    ),
    (
        Action::Bug,
        &[
            "ErrorSchemaValidation",
            "ErrorInvalidRequest",
            "ErrorInvalidPropertySet",
            "ErrorInvalidPropertyForOperation",
            "ErrorUpdatePropertyMismatch",
            "ErrorInvalidExtendedProperty",
            "ErrorInvalidExtendedPropertyValue",
            "ErrorInvalidIdMalformed",
            "ErrorInvalidIdMalformedEwsLegacyIdFormat",
            "ErrorInvalidIdEmpty",
            "ErrorDuplicateSOAPHeader",
            "ErrorIncorrectUpdatePropertyCount",
            "ErrorInvalidArgument",
            "ErrorInvalidChangeKey",
            "ErrorInvalidFolderId",
            "ErrorInvalidId",
            "ErrorInvalidIdMonikerTooLong",
            "ErrorInvalidIdNotAnItemAttachmentId",
            "ErrorInvalidIdStoreObjectIdTooLong",
            "ErrorInvalidIdTooManyAttachmentLevels",
            "ErrorInvalidIdXml",
            "ErrorInvalidOperation",
            "ErrorInvalidPropertyAppend",
            "ErrorInvalidPropertyDelete",
            "ErrorInvalidPropertyForExists",
            "ErrorInvalidPropertyRequest",
            "ErrorInvalidPropertyUpdateSentMessage",
            "ErrorInvalidRestriction",
            "ErrorMissingArgument",
            "ErrorNoPropertyTagForCustomProperties",
            "ErrorParsingXMLResponse",
            "ErrorUnsupportedPathForQuery",
            "ErrorUnsupportedPropertyDefinition",
            "ErrorCannotUseFolderIdForItemId",
            "ErrorCannotUseItemIdForFolderId",
            "ErrorSendMeetingInvitationsRequired",
            "ErrorSendMeetingCancellationsRequired",
            "ErrorSendMeetingInvitationsOrCancellationsRequired",
            "ErrorAffectedTaskOccurrencesRequired",
            "ErrorMessageDispositionRequired",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_code_stands_twice() {
        let mut seen = HashSet::new();
        for code in TABLE.iter().flat_map(|(_, codes)| *codes) {
            assert!(seen.insert(code), "{code}");
        }
    }

    #[test]
    fn every_code_has_a_sentence_that_says_what_to_do() {
        for (action, codes) in TABLE {
            let (_, sentence) = action.verdict();
            assert!(
                sentence.starts_with(char::is_uppercase),
                "{codes:?}: {sentence}"
            );
            assert!(sentence.ends_with('.'), "{codes:?}: {sentence}");
            assert!(
                sentence.matches(['.', ';', ',']).count() >= 2,
                "{codes:?}: {sentence}"
            );
        }
    }

    #[test]
    fn an_unknown_code_is_retried() {
        assert_eq!(Action::of("ErrorOfTomorrow"), Action::Retry);
        assert_eq!(
            Action::of("ErrorOfTomorrow").verdict().0,
            ErrorKind::Temporary
        );
    }
}
