package io.calicofleet.event;

/**
 * What a campaign changes of the Deployment of Typha.
 *
 * @param replicas how many of it run
 */
public record TyphaChange(int replicas) {

    /** {@code replicas=3}. */
    @Override
    public String toString() {
        return "replicas=" + replicas;
    }
}
