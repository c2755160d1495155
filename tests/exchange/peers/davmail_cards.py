"""Contacts and a list of them, over CardDAV: what DavMail shows, and what the stand-in holds."""

from davmail import expect, has

# One white pixel, made for this test.
PHOTO = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC"


def a_contact(davmail, standin):
    path = "contacts/judge-contact.vcf"
    card = """BEGIN:VCARD
        VERSION:3.0
        UID:judge-contact
        FN:Judit Beispiel
        N:Beispiel;Judit;Maria;Dr.;
        NICKNAME:Judy
        EMAIL;TYPE=work:judit@example.org
        EMAIL;TYPE=home:judit@example.com
        TEL;TYPE=cell:{mobile}
        TEL;TYPE=work:+49 30 5550 0100
        ADR;TYPE=home:;;Beispielstraße 1;Musterstadt;;01234;Germany
        ORG:Muster AG;Einkauf
        TITLE:Leiterin
        BDAY:1980-02-29
        NOTE:Erste Zeile\\nZweite
        PHOTO;ENCODING=b;TYPE=PNG:{photo}
        END:VCARD"""
    davmail.put(path, card.format(mobile="+49 170 5550100", photo=PHOTO))
    found = [item for item in standin.items() if item["properties"].get("0x3a11") == "Beispiel"
             and item["properties"].get("0x3a06") == "Judit"]
    expect(len(found) == 1, f"the stand-in has {len(found)} contacts")
    properties = found[0]["properties"]
    for key, value in {
        "0x3a44": "Maria", "0x3a45": "Dr.", "0x3a4f": "Judy", "Address/0x8083": "judit@example.org",
        "Address/0x8093": "judit@example.com", "0x3a1c": "+49 170 5550100", "0x3a08": "+49 30 5550 0100",
        "0x3a5d": "Beispielstraße 1", "0x3a59": "Musterstadt", "0x3a16": "Muster AG", "0x3a18": "Einkauf",
        "0x3a17": "Leiterin",
    }.items():
        expect(properties.get(key) == value, f"{key} is {properties.get(key)!r}, not {value!r}")
    expect(properties["0x3a42"].startswith("1980-02-29"), properties["0x3a42"])
    expect(properties["0x1000"].splitlines() == ["Erste Zeile", "Zweite"], properties["0x1000"])
    photos = [each for each in found[0]["attachments"] if each["contact_photo"]]
    expect(len(photos) == 1 and photos[0]["content_type"] == "image/jpeg", found[0]["attachments"])
    shown = davmail.get(path)
    has(shown, "N:Beispiel;Judit;Maria;Dr.;.*", "FN:Judit Beispiel", "NICKNAME:Judy", r"TEL;TYPE=cell:\+49 170 5550100")
    has(shown, "ORG:Muster AG;Einkauf", r"EMAIL;TYPE=work:judit@example.org", "BDAY.*1980-?02-?29.*")
    has(shown, "PHOTO;.*")

    davmail.put(path, card.format(mobile="+49 170 5550999", photo=PHOTO))
    changed = [item for item in standin.items() if item["number"] == found[0]["number"]]
    expect(changed[0]["properties"]["0x3a1c"] == "+49 170 5550999", changed)
    expect(len(changed[0]["attachments"]) == 1, changed[0]["attachments"])
    has(davmail.get(path), r"TEL;TYPE=cell:\+49 170 5550999")
    davmail.delete(path)
    left = [item for item in standin.items() if item["number"] == found[0]["number"]]
    expect(left == [] or left[0]["folder"] == "Deleted Items", "the contact is not deleted")


def a_distribution_list(davmail, standin):
    path = "contacts/judge-list.vcf"
    card = """BEGIN:VCARD
        VERSION:4.0
        UID:judge-list
        FN:Judge: list
        KIND:group
        MEMBER:mailto:ben@example.com
        {more}
        END:VCARD"""
    davmail.put(path, card.format(more="MEMBER:mailto:eve@example.com"))
    found = [item for item in standin.items() if item["class"] == "DistributionList"
             and item["properties"]["0x3001"] == "Judge: list"]
    expect(len(found) == 1, f"the stand-in has {len(found)} such lists")
    emails = [member["email"] for member in found[0]["properties"]["internal/Members"]]
    expect(emails == ["ben@example.com", "eve@example.com"], emails)
    shown = davmail.get(path)
    has(shown, "FN:Judge: list", "KIND:group", "MEMBER:mailto:ben@example.com", "MEMBER:mailto:eve@example.com")
    davmail.delete(path)


def a_contact_with_rarer_fields(davmail, standin):
    path = "contacts/judge-rare.vcf"
    card = """BEGIN:VCARD
        VERSION:3.0
        UID:judge-rare
        FN:Judit Selten
        N:Selten;Judit;;;
        X-ASSISTANT:Kim
        X-MANAGER:Eve
        X-SPOUSE:Ben
        IMPP:xmpp:judit@example.org
        URL;TYPE=home:https://example.org/judit
        ROLE:Surveyor
        CATEGORIES:Work,Garden
        END:VCARD"""
    davmail.put(path, card)
    properties = [item for item in standin.items() if item["properties"].get("0x3a11") == "Selten"][0]["properties"]
    for key, value in {"0x3a30": "Kim", "0x3a4e": "Eve", "0x3a48": "Ben", "0x3a46": "Surveyor",
                       "PublicStrings/Keywords": ["Work", "Garden"]}.items():
        expect(properties.get(key) == value, f"{key} is {properties.get(key)!r}, not {value!r}")
    shown = davmail.get(path)
    has(shown, "X-ASSISTANT:Kim", "X-MANAGER:Eve", "X-SPOUSE:Ben", "ROLE:Surveyor")
    davmail.delete(path)


STEPS = [a_contact, a_contact_with_rarer_fields, a_distribution_list]
