<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use PHPUnit\Framework\Assert;
use SimpleXMLElement;

/**
 * A second client of the mailbox, so that tests change it from the other side. It speaks plain EWS and shares nothing with
 * the product.
 */
final class Remote
{
    private const ENVELOPE = '<?xml version="1.0" encoding="utf-8"?>'
        . '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'
        . ' xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"'
        . ' xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages">'
        . '<s:Header><t:RequestServerVersion Version="Exchange2016"/></s:Header><s:Body>%s</s:Body></s:Envelope>';
    private const FOLDERS = ['event' => 'calendar', 'task' => 'tasks', 'contact' => 'contacts'];
    private const ELEMENTS = ['event' => 'CalendarItem', 'task' => 'Task', 'contact' => 'Contact'];

    public function __construct(
        public readonly string $url,
        public readonly string $address,
        public readonly string $password,
    ) {
    }

    /**
     * @return array<string, array{id: string, key: string}> item by subject, a contact by its display name
     */
    public function items(string $kind): array
    {
        $answer = $this->call('<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>'
            . '<t:AdditionalProperties><t:FieldURI FieldURI="' . ($kind === 'contact' ? 'contacts:DisplayName' : 'item:Subject')
            . '"/></t:AdditionalProperties></m:ItemShape>'
            . '<m:IndexedPageItemView MaxEntriesReturned="1000" Offset="0" BasePoint="Beginning"/>'
            . '<m:ParentFolderIds><t:DistinguishedFolderId Id="' . self::FOLDERS[$kind] . '"/></m:ParentFolderIds></m:FindItem>');
        $items = [];
        foreach ($answer->xpath('//t:' . self::ELEMENTS[$kind]) as $item) {
            $children = $item->children('t', true);
            $subject = (string)($kind === 'contact' ? $children->DisplayName : $children->Subject);
            Assert::assertArrayNotHasKey($subject, $items, "“{$subject}” is there twice");
            $id = $children->ItemId->attributes();
            $items[$subject] = ['id' => (string)$id['Id'], 'key' => (string)$id['ChangeKey']];
        }
        ksort($items);
        return $items;
    }

    public function createEvent(string $subject): void
    {
        $this->create('event', '<t:Subject>' . $subject . '</t:Subject><t:Start>2026-03-02T10:00:00Z</t:Start>'
            . '<t:End>2026-03-02T11:00:00Z</t:End>');
    }

    public function createTask(string $subject): void
    {
        $this->create('task', "<t:Subject>$subject</t:Subject>");
    }

    public function createContact(string $given, string $surname): void
    {
        $this->create('contact', "<t:FileAs>$surname, $given</t:FileAs><t:DisplayName>$given $surname</t:DisplayName>"
            . "<t:GivenName>$given</t:GivenName><t:Surname>$surname</t:Surname>");
    }

    /**
     * Renames an event or a task.
     */
    public function rename(string $kind, string $subject, string $new): void
    {
        $item = $this->items($kind)[$subject];
        $element = self::ELEMENTS[$kind];
        $this->call('<m:UpdateItem ConflictResolution="NeverOverwrite" MessageDisposition="SaveOnly"'
            . ' SendMeetingInvitationsOrCancellations="SendToNone"><m:ItemChanges><t:ItemChange>'
            . "<t:ItemId Id=\"{$item['id']}\" ChangeKey=\"{$item['key']}\"/><t:Updates><t:SetItemField>"
            . "<t:FieldURI FieldURI=\"item:Subject\"/><t:$element><t:Subject>$new</t:Subject></t:$element>"
            . '</t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>');
    }

    public function delete(string $kind, string $subject): void
    {
        $this->deleteItem($this->items($kind)[$subject]['id']);
    }

    /**
     * @return array<string, string> ids of events by their start; of a series by the start of its first occurrence
     */
    public function starts(): array
    {
        $answer = $this->call('<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>'
            . '<t:AdditionalProperties><t:FieldURI FieldURI="calendar:Start"/></t:AdditionalProperties></m:ItemShape>'
            . '<m:IndexedPageItemView MaxEntriesReturned="1000" Offset="0" BasePoint="Beginning"/>'
            . '<m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>');
        $starts = [];
        foreach ($answer->xpath('//t:CalendarItem') as $item) {
            $children = $item->children('t', true);
            $starts[(string)$children->Start] = (string)$children->ItemId->attributes()['Id'];
        }
        ksort($starts);
        return $starts;
    }

    public function deleteItem(string $id): void
    {
        $this->call('<m:DeleteItem DeleteType="MoveToDeletedItems" SendMeetingCancellations="SendToNone"'
            . " AffectedTaskOccurrences=\"AllOccurrences\"><m:ItemIds><t:ItemId Id=\"$id\"/></m:ItemIds></m:DeleteItem>");
    }

    /**
     * Makes a folder beside the default one and returns its id.
     */
    public function createFolder(string $name): string
    {
        $answer = $this->call('<m:CreateFolder><m:ParentFolderId><t:DistinguishedFolderId Id="msgfolderroot"/></m:ParentFolderId>'
            . "<m:Folders><t:CalendarFolder><t:DisplayName>$name</t:DisplayName></t:CalendarFolder></m:Folders></m:CreateFolder>");
        return (string)$answer->xpath('//t:FolderId/@Id')[0];
    }

    public function deleteFolder(string $id): void
    {
        $this->call('<m:DeleteFolder DeleteType="HardDelete"><m:FolderIds>'
            . "<t:FolderId Id=\"$id\"/></m:FolderIds></m:DeleteFolder>");
    }

    /**
     * @param string $properties elements in the order of the schema
     */
    public function create(string $kind, string $properties): void
    {
        $element = self::ELEMENTS[$kind];
        $this->call('<m:CreateItem MessageDisposition="SaveOnly" SendMeetingInvitations="SendToNone">'
            . '<m:SavedItemFolderId><t:DistinguishedFolderId Id="' . self::FOLDERS[$kind] . '"/></m:SavedItemFolderId>'
            . "<m:Items><t:$element>$properties</t:$element></m:Items></m:CreateItem>");
    }

    private function call(string $operation): SimpleXMLElement
    {
        $curl = curl_init($this->url);
        curl_setopt_array($curl, [
            CURLOPT_POSTFIELDS => sprintf(self::ENVELOPE, $operation),
            CURLOPT_HTTPHEADER => ['Content-Type: text/xml; charset=utf-8'],
            CURLOPT_USERPWD => "$this->address:$this->password",
            CURLOPT_RETURNTRANSFER => true,
        ]);
        $body = (string)curl_exec($curl);
        Assert::assertSame(200, curl_getinfo($curl, CURLINFO_RESPONSE_CODE), "$operation\n$body");
        $answer = new SimpleXMLElement($body);
        $answer->registerXPathNamespace('t', 'http://schemas.microsoft.com/exchange/services/2006/types');
        $answer->registerXPathNamespace('m', 'http://schemas.microsoft.com/exchange/services/2006/messages');
        foreach ($answer->xpath('//@ResponseClass') as $class) {
            Assert::assertSame('Success', (string)$class, "$operation\n$body");
        }
        return $answer;
    }
}
