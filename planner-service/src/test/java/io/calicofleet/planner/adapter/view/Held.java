package io.calicofleet.planner.adapter.view;

import java.io.IOException;

/** What a view holds, for tests of others that publish statuses. */
public final class Held {

    private final ViewContents contents = new ViewContents();

    /** Takes a record in, as the view does. */
    public void accept(String topic, String key, byte[] value) {
        try {
            contents.accept(topic, key, value);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** How many entries it has. */
    public int size() {
        return contents.size();
    }
}
