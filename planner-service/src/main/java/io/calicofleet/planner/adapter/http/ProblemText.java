package io.calicofleet.planner.adapter.http;

/** What is answered before anything of REST sees a request, in the form of RFC 9457 that REST has. */
final class ProblemText {

    private ProblemText() {}

    /** The document; {@code title} and {@code detail} are texts of ours, without anything to escape. */
    static String of(int status, String title, String detail) {
        return "{\"type\":\"urn:calico-fleet:problem:http-" + status + "\",\"title\":\"" + title + "\",\"status\":"
                + status + ",\"detail\":\"" + detail + "\",\"problems\":[]}";
    }
}
