package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A W3C trace context: the distributed tracing extension of CloudEvents. It says where a span hangs, and nothing is decided by it, since anybody
 * who may send a record or a request chooses it.
 *
 * @param traceparent version, trace, parent span and flags: 55 characters
 * @param tracestate what vendors of tracing keep in it, at most {@value #MOST_STATE} characters; null where nothing
 */
public record TraceContext(String traceparent, @Nullable String tracestate) {

    /** What W3C has everybody carry at least; more is carried by nobody here. */
    static final int MOST_STATE = 512;

    private static final int MOST_MEMBERS = 32;
    private static final Pattern PARENT = Pattern.compile(
            "(?!ff)[0-9a-f]{2}-(?!0{32})(?<trace>[0-9a-f]{32})-(?!0{16})(?<span>[0-9a-f]{16})-[0-9a-f]{2}");
    private static final Pattern MEMBER = Pattern.compile(
            "[a-z0-9][a-z0-9_*/-]{0,255}(@[a-z][a-z0-9_*/-]{0,13})?=[\\x20-\\x2b\\x2d-\\x3c\\x3e-\\x7e]{0,255}[\\x21-\\x2b\\x2d-\\x3c\\x3e-\\x7e]");

    public TraceContext {
        requireNonNull(traceparent, "traceparent");
        if (!PARENT.matcher(traceparent).matches()) {
            throw new IllegalArgumentException("this is no traceparent of W3C");
        }
        if (tracestate != null && !isState(tracestate)) {
            throw new IllegalArgumentException("this is no tracestate of W3C");
        }
    }

    /**
     * What somebody sent. As W3C has it: of what is no context nothing is kept, and the trace begins anew; of a state that is none, the parent is.
     *
     * @return null where there is no context
     */
    public static @Nullable TraceContext read(@Nullable String traceparent, @Nullable String tracestate) {
        if (traceparent == null || !PARENT.matcher(traceparent).matches()) {
            return null;
        }
        return new TraceContext(traceparent, tracestate != null && isState(tracestate) ? tracestate : null);
    }

    private static boolean isState(String text) {
        if (text.isEmpty() || text.length() > MOST_STATE) {
            return false;
        }
        String[] members = text.split(",", -1);
        if (members.length > MOST_MEMBERS) {
            return false;
        }
        for (String member : members) {
            // Spaces alone, of all that is white.
            String bare = member.replaceAll("^ +| +$", "");
            if (!bare.isEmpty() && !MEMBER.matcher(bare).matches()) {
                return false;
            }
        }
        return true;
    }
}
