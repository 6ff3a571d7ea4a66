package io.calicofleet.event;

/**
 * The form names have on Kubernetes: lower-case letters, digits, '-' and where allowed '.', starting and ending with a letter or
 * digit. By hand and not by a regular expression: names are read several times for every record.
 */
final class Form {

    private Form() {}

    /** Whether {@code text} is a name of at most {@code longest} characters. */
    static boolean isName(String text, int longest, boolean dots) {
        int length = text.length();
        if (length == 0
                || length > longest
                || !isLetterOrDigit(text.charAt(0))
                || !isLetterOrDigit(text.charAt(length - 1))) {
            return false;
        }
        for (int i = 1; i < length - 1; i++) {
            char c = text.charAt(i);
            if (!isLetterOrDigit(c) && c != '-' && !(dots && c == '.')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }
}
