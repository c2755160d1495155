<?php

declare(strict_types=1);

/*
 * Listens where Nextcloud would hand over mail, and writes a line for every attempt.
 *
 *   php mail-sink.php PORT-FILE MAIL-FILE
 */

[, $portFile, $mailFile] = $argv;
$server = stream_socket_server('tcp://127.0.0.1:0');
if ($server === false) {
    exit(1);
}
touch($mailFile);
file_put_contents("$portFile.new", explode(':', (string)stream_socket_get_name($server, false))[1]);
rename("$portFile.new", $portFile);
while (($connection = stream_socket_accept($server, -1)) !== false) {
    file_put_contents($mailFile, "attempt\n", FILE_APPEND);
    fclose($connection);
}
