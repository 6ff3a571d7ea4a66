package io.calicofleet.integrations.adapter.chat;

/** Text of others, without letters that are no text: controls, half letters, and those that turn the direction of what follows. */
public final class PlainText {

    private static final String CUT = "…";

    /** What stands for a letter in a chat. */
    public interface Letters {

        /**
         * A letter as the chat is given it.
         *
         * @param letter text, a line break or a space
         */
        String of(int letter);
    }

    private PlainText() {}

    /** The same text as it is. */
    public static String of(String text, int most) {
        return of(text, most, Character::toString);
    }

    /**
     * The same text for a chat.
     *
     * @param most how long it may be, in {@code char}s after {@code letters}; a cut falls between letters and is marked
     */
    public static String of(String text, int most, Letters letters) {
        StringBuilder out = new StringBuilder();
        int whole = 0;
        for (int at = 0; at < text.length(); ) {
            int letter = text.codePointAt(at);
            at += Character.charCount(letter);
            if (letter == '\t') {
                letter = ' ';
            }
            if (letter != '\n' && isNoText(letter)) {
                continue;
            }
            out.append(letters.of(letter));
            if (out.length() > most) {
                return out.substring(0, whole) + CUT;
            }
            if (out.length() <= most - CUT.length()) {
                whole = out.length();
            }
        }
        return out.toString();
    }

    private static boolean isNoText(int letter) {
        int type = Character.getType(letter);
        return Character.isISOControl(letter)
                || type == Character.SURROGATE
                || (letter >= 0x202A && letter <= 0x202E)
                || (letter >= 0x2066 && letter <= 0x2069)
                || letter == 0x200E
                || letter == 0x200F;
    }
}
