//! The folders that every mailbox has.

/// Where navigation panes keep their shortcuts, and searches their views: directly below the root, with the same name in every
/// language and no name of its own on the wire.
pub const COMMON_VIEWS: &str = "Common Views";

/// Distinguished folders: id, display name, class, parent.
pub const DISTINGUISHED: [(&str, &str, &str, &str); 24] = [
    ("root", "", "", ""),
    (
        "msgfolderroot",
        "Top of Information Store",
        "IPF.Note",
        "root",
    ),
    ("searchfolders", "Finder", "", "root"),
    ("recoverableitemsroot", "Recoverable Items", "", "root"),
    (
        "recoverableitemsdeletions",
        "Deletions",
        "",
        "recoverableitemsroot",
    ),
    (
        "recoverableitemspurges",
        "Purges",
        "",
        "recoverableitemsroot",
    ),
    ("todosearch", "To-Do Search", "IPF.Task", "root"),
    ("calendar", "Calendar", "IPF.Appointment", "msgfolderroot"),
    ("contacts", "Contacts", "IPF.Contact", "msgfolderroot"),
    (
        "quickcontacts",
        "{A9E2BC46-B3A0-4243-B315-60D991004455}",
        "IPF.Contact.MOC.QuickContacts",
        "contacts",
    ),
    (
        "recipientcache",
        "Recipient Cache",
        "IPF.Contact.RecipientCache",
        "contacts",
    ),
    (
        "conversationhistory",
        "Conversation History",
        "IPF.Note",
        "msgfolderroot",
    ),
    ("deleteditems", "Deleted Items", "IPF.Note", "msgfolderroot"),
    ("drafts", "Drafts", "IPF.Note", "msgfolderroot"),
    ("inbox", "Inbox", "IPF.Note", "msgfolderroot"),
    ("journal", "Journal", "IPF.Journal", "msgfolderroot"),
    ("junkemail", "Junk Email", "IPF.Note", "msgfolderroot"),
    ("notes", "Notes", "IPF.StickyNote", "msgfolderroot"),
    ("outbox", "Outbox", "IPF.Note", "msgfolderroot"),
    ("sentitems", "Sent Items", "IPF.Note", "msgfolderroot"),
    ("syncissues", "Sync Issues", "IPF.Note", "msgfolderroot"),
    ("conflicts", "Conflicts", "IPF.Note", "syncissues"),
    ("localfailures", "Local Failures", "IPF.Note", "syncissues"),
    ("tasks", "Tasks", "IPF.Task", "msgfolderroot"),
];

/// Those of a mailbox that has few.
pub const FEW: [&str; 7] = [
    "root",
    "msgfolderroot",
    "calendar",
    "contacts",
    "deleteditems",
    "inbox",
    "tasks",
];
