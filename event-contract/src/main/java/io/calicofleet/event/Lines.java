package io.calicofleet.event;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Text as events carry it: of a bounded length, whatever a cluster says. What is left out is counted, so that nobody takes
 * a part for the whole. Shortening what is short enough changes nothing.
 */
public final class Lines {

    /** How many lines a list of text has at most, the one that counts the others included. */
    public static final int MOST = 200;

    /** How many characters a text has at most. */
    public static final int LONGEST = 4000;

    /** How many characters all lines of a list have at most. */
    public static final int ALL = 64 * 1024;

    private static final int END = 40;

    private static final Pattern COUNT = Pattern.compile("and (\\d{1,9}) more");

    private Lines() {}

    /** The first of these lines, each shortened; the last one says how many more there are. */
    public static List<String> few(@Nullable List<String> lines) {
        return few(lines, MOST);
    }

    /** The same, with {@code most} lines in place of {@link #MOST}. */
    public static List<String> few(@Nullable List<String> lines, int most) {
        if (lines == null) {
            return List.of();
        }
        if (fits(lines, most)) {
            return List.copyOf(lines);
        }
        List<String> few = new ArrayList<>();
        int room = ALL - END;
        for (String line : lines) {
            String shorter = shortened(line);
            room -= shorter.length();
            boolean last = few.size() + 1 == lines.size();
            if (room < 0 || (few.size() == most - 1 && !last)) {
                few.add("and " + (counted(lines) - few.size()) + " more");
                break;
            }
            few.add(shorter);
        }
        return List.copyOf(few);
    }

    /** The first of these lines, and how many more there are, in one sentence; never called with none. */
    public static String first(List<String> lines) {
        int more = counted(lines) - 1;
        return lines.getFirst() + (more == 0 ? "" : ", and " + more + " more");
    }

    /** The first three of these, and how many more there are, in one line; empty for none. */
    public static String some(List<String> lines) {
        return String.join(", ", few(lines, 4));
    }

    /** How many there were before the last line took to count them. */
    private static int counted(List<String> lines) {
        Matcher count = COUNT.matcher(lines.getLast());
        return lines.size() + (count.matches() ? Integer.parseInt(count.group(1)) - 1 : 0);
    }

    /** The beginning of a text that is too long, and how much longer it was. */
    public static String shortened(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int kept = LONGEST - END;
        if (Character.isHighSurrogate(text.charAt(kept - 1))) {
            kept--;
        }
        return text.substring(0, kept) + "... and " + (text.length() - kept) + " characters more";
    }

    private static boolean fits(List<String> lines, int most) {
        int all = 0;
        for (String line : lines) {
            all += line.length();
            if (line.length() > LONGEST || all > ALL) {
                return false;
            }
        }
        return lines.size() <= most;
    }
}
