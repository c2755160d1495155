<?php

declare(strict_types=1);

/** @var array{page: string} $_ the page whose bundle fills this */
?>
<div id="integration_exchange-<?php p($_['page']); ?>"></div>
