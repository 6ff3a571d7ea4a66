package io.calicofleet.runtime;

import org.jspecify.annotations.Nullable;

/** An exception whose message held what no log should, with the same traces; it is written as the one it stands for. */
@SuppressWarnings("OverrideThrowableToString") // it is written as another class than its own
final class PlainThrowable extends Throwable {

    private static final long serialVersionUID = 1L;

    private final String text;

    private PlainThrowable(Throwable of) {
        super(PlainText.of(String.valueOf(of.getMessage())), of(of.getCause()), true, true);
        this.text = PlainText.of(of.toString());
        setStackTrace(of.getStackTrace());
        for (Throwable suppressed : of.getSuppressed()) {
            Throwable plain = of(suppressed);
            if (plain != null) {
                addSuppressed(plain);
            }
        }
    }

    /** The exception itself where it and its causes hold nothing of the kind, but line ends perhaps. */
    static @Nullable Throwable of(@Nullable Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            String said = cause.toString().replace('\n', ' ').replace('\t', ' ').replace('\r', ' ');
            if (!PlainText.of(said).equals(said)) {
                return new PlainThrowable(error == null ? cause : error);
            }
        }
        return error;
    }

    @Override
    public String toString() {
        return text;
    }
}
