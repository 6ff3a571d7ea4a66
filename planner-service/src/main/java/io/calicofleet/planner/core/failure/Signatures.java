package io.calicofleet.planner.core.failure;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.StepKind;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * What was said of a failure, without what differs from cluster to cluster: names of clusters, nodes and pods, addresses, times, counts, UIDs,
 * digests, and the registry an image comes from. What is left names the object, the image and what is wrong, so that two clusters on which the
 * same thing went wrong have the same text.
 */
public final class Signatures {

    private static final int LONGEST = 300;
    private static final int READ = 1000;
    private static final int KEY_BYTES = 12;

    /** As Kubernetes has it, without the dot that ends a sentence. */
    private static final String NAME = "[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?";

    /** A name that is no word. */
    private static final String OF_SOMEBODY = "(?=[a-z0-9.-]*[0-9-])" + NAME;

    /** From what is longest to what is shortest: each sees what those before it have left. */
    private static final List<Replaced> REPLACED = List.of(
            Replaced.of("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", "UID"),
            Replaced.of("\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?(Z|[+-]\\d{2}:?\\d{2})?", "TIME"),
            Replaced.of("(sha256:)?\\b[0-9a-f]{32,}\\b", "DIGEST"),
            Replaced.of("\\bPT?(?:\\d++(?:\\.\\d++)?[DHMS]T?)++\\b", "DURATION"),
            Replaced.of("\\b(?:\\d++(?:\\.\\d++)?(?:ms|[smhd]))++\\b", "DURATION"),
            // A name in the cluster is the same everywhere, one outside of it is not.
            Replaced.of("\\bhttps?://(?![a-z0-9.-]++(?<=\\.svc)(?:[:/]|$))[^/\\s\"']++", "HOST"),
            // A registry before the path of an image: it has a dot, a port, or is localhost.
            Replaced.of(
                    "(?<![\\w./-])(?:[A-Za-z0-9-]++(?:\\.[A-Za-z0-9-]++)++(?::\\d++)?|[A-Za-z0-9-]++:\\d++|localhost)/(?=[a-z0-9])",
                    ""),
            Replaced.of("\\[?(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}\\]?(?:/\\d+)?(?::\\d+)?", "ADDRESS"),
            Replaced.of("\\b\\d{1,3}(?:\\.\\d{1,3}){3}(?:/\\d+)?(?::\\d+)?\\b", "ADDRESS"),
            Replaced.of("\\bpod (?:" + NAME + "/)?" + OF_SOMEBODY + "(?: on (?:no node yet|" + NAME + "))?", "pod"),
            Replaced.of("\\b(nodes?) " + OF_SOMEBODY + "(?:, " + OF_SOMEBODY + ")*+", "$1"),
            // What a ReplicaSet, and what a DaemonSet, names its pods with.
            Replaced.of("-[0-9a-f]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\\b", "-POD"),
            Replaced.of("(?<=[a-z0-9])-(?=[a-z]*\\d)[bcdfghjklmnpqrstvwxz2456789]{5}\\b", "-POD"),
            Replaced.of(", and \\d+ more(?=\\W|$)", ""),
            Replaced.of("(?<![\\w.:-])\\d+(?![\\w-]|\\.\\d)", "N"),
            Replaced.of("\\s+", " "));

    private static final Pattern BEGINS = Pattern.compile("^(?:missing|Missing at the deadline|No waiting helps): ");

    private Signatures() {}

    /** What {@code said} of a failure on {@code cluster} would be on any other. */
    public static String of(ClusterId cluster, String said) {
        String text = BEGINS.matcher(said.length() <= READ ? said : said.substring(0, READ))
                .replaceFirst("");
        text = Pattern.compile(
                        "(?<![A-Za-z0-9.-])" + Pattern.quote(cluster.value()) + "(?![A-Za-z0-9-]|\\.[A-Za-z0-9])")
                .matcher(text)
                .replaceAll("CLUSTER");
        for (Replaced replaced : REPLACED) {
            text = replaced.apply(text);
        }
        text = text.strip();
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }

    /** What stands for it as a key: short, and the same for the same failure. */
    public static String key(StepKind step, String reason, String what) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] all = digest.digest((step.encode() + "\n" + reason + "\n" + what).getBytes(UTF_8));
            return HexFormat.of().formatHex(all, 0, KEY_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private record Replaced(Pattern pattern, String by) implements UnaryOperator<String> {

        static Replaced of(String pattern, String by) {
            return new Replaced(Pattern.compile(pattern), by);
        }

        @Override
        public String apply(String text) {
            return pattern.matcher(text).replaceAll(by);
        }
    }
}
