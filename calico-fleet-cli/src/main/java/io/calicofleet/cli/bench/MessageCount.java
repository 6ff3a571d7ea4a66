package io.calicofleet.cli.bench;

/**
 * Messages and what they weigh.
 *
 * @param messages how many
 * @param bytes keys, headers and values together
 */
record MessageCount(long messages, long bytes) {

    static final MessageCount NONE = new MessageCount(0, 0);

    MessageCount plus(long size) {
        return new MessageCount(messages + 1, bytes + size);
    }

    int averageBytes() {
        return messages == 0 ? 0 : (int) (bytes / messages);
    }
}
