<?php

declare(strict_types=1);

/** @var array{title: string, sentence: string, connected: bool} $_ */
?>
<div class="guest-box" id="integration_exchange-signed-in" data-connected="<?php p($_['connected'] ? '1' : '0'); ?>"
    data-message="<?php p($_['sentence']); ?>">
    <h2><?php p($_['title']); ?></h2>
    <p><?php p($_['sentence']); ?></p>
</div>
