<?php

declare(strict_types=1);

/** @var array{title: string, sentence: string} $_ */
?>
<div class="guest-box">
    <h2><?php p($_['title']); ?></h2>
    <p><?php p($_['sentence']); ?></p>
</div>
