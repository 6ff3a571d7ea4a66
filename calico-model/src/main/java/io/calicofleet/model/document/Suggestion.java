package io.calicofleet.model.document;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds what somebody probably meant to type. */
public final class Suggestion {

    private Suggestion() {}

    /**
     * The one of {@code known} that is nearest to {@code typed} by edits of one letter; empty where none is near: more than
     * a third of its letters would have to change.
     */
    public static String of(String typed, Collection<String> known) {
        return known.stream()
                .filter(candidate -> Math.abs(typed.length() - candidate.length()) <= most(candidate))
                .filter(candidate -> distance(typed, candidate) <= most(candidate))
                .min(Comparator.<String>comparingInt(candidate -> distance(typed, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .orElse("");
    }

    /** How many letters may differ; what differs by more in length alone is not compared, for people may send megabytes. */
    private static int most(String candidate) {
        return Math.max(1, candidate.length() / 3);
    }

    /** Levenshtein's distance, upper and lower case being the same, a swap of neighbours counting one. */
    static int distance(String first, String second) {
        String a = first.toLowerCase(Locale.ROOT);
        String b = second.toLowerCase(Locale.ROOT);
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cheapest(int[][] cost, String a, String b, int i, int j) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best = Math.min(cost[i - 1][j - 1] + change, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }
}
