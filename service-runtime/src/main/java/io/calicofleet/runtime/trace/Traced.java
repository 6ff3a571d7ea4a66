package io.calicofleet.runtime.trace;

import io.calicofleet.event.TraceContext;
import org.jspecify.annotations.Nullable;

/** A piece of work that is traced, or is not; closed when it is over, by any thread. Closing it again does nothing. */
public interface Traced extends AutoCloseable {

    /** The context for what comes of it; where it is not traced that of what it came of, null where that has none. */
    @Nullable
    TraceContext context();

    /** Says more of it. Never anything that is secret, nor what a manifest holds. */
    Traced with(String key, String value);

    /** The same of a number. */
    Traced with(String key, long value);

    /** It failed; {@code type} is one of few, such as the name of a reason. */
    void failed(String type);

    @Override
    void close();

    /** Work that is not traced, and hands {@code context} on. */
    record Untraced(@Nullable TraceContext context) implements Traced {

        static final Traced NOTHING = new Untraced(null);

        static Traced of(@Nullable TraceContext context) {
            return context == null ? NOTHING : new Untraced(context);
        }

        @Override
        public Traced with(String key, String value) {
            return this;
        }

        @Override
        public Traced with(String key, long value) {
            return this;
        }

        @Override
        public void failed(String type) {}

        @Override
        public void close() {}
    }
}
