package io.calicofleet.executor.core.merge;

/**
 * One kind of change that people make to what they installed.
 *
 * @param name what it is, for people
 * @param respelled whether it says the same in other words, so that it is nobody's question and nothing to keep
 * @param edit makes it
 */
record Change(String name, boolean respelled, Edit edit) {

    /** Makes the change; false where there is nothing it could change. */
    @FunctionalInterface
    interface Edit {
        boolean in(Live live);
    }

    static Change of(String name, Edit edit) {
        return new Change(name, false, edit);
    }

    static Change respelled(String name, Edit edit) {
        return new Change(name, true, edit);
    }

    @Override
    public String toString() {
        return name;
    }
}
