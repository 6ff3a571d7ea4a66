package io.calicofleet.runtime;

import org.jspecify.annotations.Nullable;

/** An exception whose message held what no log should, with the same traces; it is written as the one it stands for. */
@SuppressWarnings("OverrideThrowableToString") // it is written as another class than its own
final class PlainThrowable extends Throwable {

    private static final long serialVersionUID = 1L;

    private final String text;

    /** How many causes are looked at; they may go round in a circle. */
    private static final int CAUSES = 20;

    private PlainThrowable(Throwable of, int depth) {
        super(PlainText.of(String.valueOf(of.getMessage())), of(of.getCause(), depth + 1), true, true);
        this.text = PlainText.of(of.toString());
        setStackTrace(of.getStackTrace());
        for (Throwable suppressed : of.getSuppressed()) {
            Throwable plain = of(suppressed, depth + 1);
            if (plain != null) {
                addSuppressed(plain);
            }
        }
    }

    /** The exception itself where it and its causes hold nothing of the kind, but line ends perhaps. */
    static @Nullable Throwable of(@Nullable Throwable error) {
        return of(error, 0);
    }

    private static @Nullable Throwable of(@Nullable Throwable error, int depth) {
        if (error == null || depth > CAUSES) {
            return null;
        }
        Throwable cause = error;
        for (int i = depth; cause != null && i <= CAUSES; i++) {
            String said = cause.toString().replace('\n', ' ').replace('\t', ' ').replace('\r', ' ');
            if (!PlainText.of(said).equals(said)) {
                return new PlainThrowable(error, depth);
            }
            cause = cause.getCause();
        }
        return error;
    }

    @Override
    public String toString() {
        return text;
    }
}
