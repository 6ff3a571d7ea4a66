package io.calicofleet.simulator.kubernetes.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The forms of names, with the words by which Kubernetes refuses others. Every check answers what is wrong; nothing where it is right. */
public final class Names {

    private static final String LABEL_FORM = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN_FORM = LABEL_FORM + "(\\." + LABEL_FORM + ")*";
    private static final String DNS1035_FORM = "[a-z]([-a-z0-9]*[a-z0-9])?";
    private static final String QUALIFIED_FORM = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final String VALUE_FORM = "(" + QUALIFIED_FORM + ")?";
    private static final String CONFIG_KEY_FORM = "[-._a-zA-Z0-9]+";
    private static final String ENV_FORM = "[-._a-zA-Z][-._a-zA-Z0-9]*";

    private static final Pattern LABEL = Pattern.compile(LABEL_FORM);
    private static final Pattern SUBDOMAIN = Pattern.compile(SUBDOMAIN_FORM);
    private static final Pattern DNS1035 = Pattern.compile(DNS1035_FORM);
    private static final Pattern QUALIFIED = Pattern.compile(QUALIFIED_FORM);
    private static final Pattern VALUE = Pattern.compile(VALUE_FORM);
    private static final Pattern CONFIG_KEY = Pattern.compile(CONFIG_KEY_FORM);
    private static final Pattern ENV = Pattern.compile(ENV_FORM);
    private static final Pattern ENV_RELAXED = Pattern.compile("[ -<>-~]+");

    private static final String SEARCH_FORM = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*";
    private static final Pattern SEARCH = Pattern.compile(SEARCH_FORM);
    private static final String SYSCTL_FORM = "([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
    private static final Pattern SYSCTL = Pattern.compile(SYSCTL_FORM);

    /** The n of Kubernetes 1.n from which labels are checked by what all servers share (apimachinery/pkg/api/validate/content). */
    static final int CONTENT = 35;

    private Names() {}

    /** A DNS label; since Kubernetes 1.28 one that would be a subdomain is told so. */
    public static List<String> label(String text, int minor) {
        if (minor >= 28
                && !LABEL.matcher(text).matches()
                && SUBDOMAIN.matcher(text).matches()) {
            List<String> problems = new ArrayList<>();
            if (text.length() > 63) {
                problems.add("must be no more than 63 characters");
            }
            problems.add("must not contain dots");
            return problems;
        }
        return check(
                text,
                LABEL,
                63,
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and"
                        + " end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation"
                        + " is '" + LABEL_FORM + "')");
    }

    static List<String> subdomain(String text) {
        return check(
                text,
                SUBDOMAIN,
                253,
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must"
                        + " start and end with an alphanumeric character (e.g. 'example.com', regex used for validation"
                        + " is '" + SUBDOMAIN_FORM + "')");
    }

    /** A DNS label that begins with a letter, as RFC 1035 has it. */
    public static List<String> dns1035(String text) {
        return check(
                text,
                DNS1035,
                63,
                "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic"
                        + " character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used"
                        + " for validation is '" + DNS1035_FORM + "')");
    }

    /** Where a resolver looks: a domain that may have underscores, or the root. */
    static List<String> searchPath(String text) {
        String name = text.endsWith(".") && text.length() > 1 ? text.substring(0, text.length() - 1) : text;
        return name.equals(".")
                ? List.of()
                : check(
                        name,
                        SEARCH,
                        253,
                        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or"
                                + " '.', and must start and end with an alphanumeric character (e.g. 'example.com',"
                                + " regex used for validation is '" + SEARCH_FORM + "')");
    }

    static List<String> sysctl(String text) {
        return text.length() <= 253 && SYSCTL.matcher(text).matches()
                ? List.of()
                : List.of("must have at most 253 characters and match regex ^" + SYSCTL_FORM + "$");
    }

    /** A domain of at least three parts, as webhooks are named. */
    static List<String> domain(String text) {
        List<String> problems = subdomain(text);
        return problems.isEmpty() && text.split("\\.", -1).length < 3
                ? List.of("should be a domain with at least three segments separated by dots")
                : problems;
    }

    /** The path of a URL, each of whose parts is a name. */
    static List<String> urlPath(String text) {
        List<String> problems = new ArrayList<>();
        if (!text.startsWith("/")) {
            problems.add("must start with a '/'");
        }
        String[] steps = text.substring(text.startsWith("/") ? 1 : 0).split("/", -1);
        for (int i = 0; i < steps.length; i++) {
            if (steps[i].isEmpty() && (i < steps.length - 1 || steps.length == 1) && !text.equals("/")) {
                problems.add("segment[" + i + "] may not be empty");
            } else if (!steps[i].isEmpty()) {
                for (String why : subdomain(steps[i])) {
                    problems.add("segment[" + i + "]: " + why);
                }
            }
        }
        return problems;
    }

    /** The value of a label. */
    public static List<String> labelValue(String text, int minor) {
        return check(
                text,
                VALUE,
                63,
                unit(minor),
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must"
                        + " start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345',"
                        + " regex used for validation is '" + VALUE_FORM + "')");
    }

    static List<String> configKey(String text) {
        List<String> problems = check(
                text,
                CONFIG_KEY,
                253,
                "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or"
                        + " 'KEY_NAME',  or 'key-name', regex used for validation is '" + CONFIG_KEY_FORM + "')");
        if (text.equals(".") || text.equals("..")) {
            problems.add("must not be '" + text + "'");
        }
        return problems;
    }

    static List<String> env(String text, int minor) {
        return check(
                text,
                minor >= 32 ? ENV_RELAXED : ENV,
                Integer.MAX_VALUE,
                "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and"
                        + " must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex"
                        + " used for validation is '" + ENV_FORM + "')");
    }

    /** What lengths of labels are told in. */
    private static String unit(int minor) {
        return minor >= CONTENT ? " bytes" : " characters";
    }

    /** A key as labels have it. */
    public static List<String> qualified(String text, int minor) {
        int slash = text.indexOf('/');
        List<String> problems = new ArrayList<>();
        String name = text.substring(slash + 1);
        if (name.indexOf('/') >= 0) {
            return List.of("a " + (minor >= CONTENT ? "valid label key" : "qualified name")
                    + " must consist of alphanumeric characters, '-', '_' or '.', and must start"
                    + " and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used"
                    + " for validation is '" + QUALIFIED_FORM + "') with an optional DNS subdomain prefix and '/'"
                    + " (e.g. 'example.com/MyName')");
        }
        if (slash == 0) {
            problems.add("prefix part must be non-empty");
        } else if (slash > 0) {
            subdomain(text.substring(0, slash))
                    .forEach(problem ->
                            problems.add("prefix part " + problem.replace("253 characters", "253" + unit(minor))));
        }
        if (name.isEmpty()) {
            problems.add("name part must be non-empty");
        } else if (name.length() > 63) {
            problems.add("name part must be no more than 63" + unit(minor));
        }
        if (!QUALIFIED.matcher(name).matches()) {
            problems.add(
                    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with"
                            + " an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
                            + " validation is '" + QUALIFIED_FORM + "')");
        }
        return problems;
    }

    static List<String> portName(String text) {
        List<String> problems = new ArrayList<>();
        if (text.length() > 15) {
            problems.add("must be no more than 15 characters");
        }
        if (!text.matches("[-a-z0-9]+")) {
            problems.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }
        if (!text.matches(".*[a-z].*")) {
            problems.add("must contain at least one letter (a-z)");
        }
        if (text.contains("--")) {
            problems.add("must not contain consecutive hyphens");
        }
        if (text.startsWith("-") || text.endsWith("-")) {
            problems.add("must not begin or end with a hyphen");
        }
        return problems;
    }

    /** When a CronJob runs. */
    static List<String> schedule(String text) {
        int fields = text.trim().split("\\s+", -1).length;
        boolean zone = text.startsWith("TZ=") || text.startsWith("CRON_TZ=");
        return text.startsWith("@") || fields == (zone ? 6 : 5)
                ? List.of()
                : List.of("expected exactly 5 fields, found " + fields + ": [" + text + "]");
    }

    /** What may stand between two slashes of a path. */
    public static List<String> pathSegment(String text) {
        if (text.equals(".") || text.equals("..")) {
            return List.of("may not be '" + text + "'");
        }
        List<String> problems = new ArrayList<>();
        for (String illegal : List.of("/", "%")) {
            if (text.contains(illegal)) {
                problems.add("may not contain '" + illegal + "'");
            }
        }
        return problems;
    }

    private static List<String> check(String text, Pattern form, int longest, String why) {
        return check(text, form, longest, " characters", why);
    }

    private static List<String> check(String text, Pattern form, int longest, String unit, String why) {
        List<String> problems = new ArrayList<>();
        if (text.length() > longest) {
            problems.add("must be no more than " + longest + unit);
        }
        if (!form.matcher(text).matches()) {
            problems.add(why);
        }
        return problems;
    }
}
