/** Webhooks: read from Kafka, signed, and sent until they are answered. */
@NullMarked
package io.calicofleet.integrations.adapter.webhook;

import org.jspecify.annotations.NullMarked;
