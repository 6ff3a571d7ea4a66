package io.calicofleet.event;

import java.util.List;

/**
 * Clusters that fit a campaign otherwise than when it was created. Who takes part is fixed then, so none of them is in or out by that.
 *
 * @param joined those that fit it now and take no part, by id; at most a hundred
 * @param moreJoined how many there are beyond those
 * @param left those that take part, are not finished, and do not fit it any more, or are served by no executor any more; at most a hundred
 * @param moreLeft how many there are beyond those
 */
public record MembersStatus(List<ClusterId> joined, int moreJoined, List<ClusterId> left, int moreLeft) {

    /** Everybody who fits it takes part. */
    public static final MembersStatus ALL = new MembersStatus(List.of(), 0, List.of(), 0);

    public MembersStatus {
        joined = Copies.list(joined);
        left = Copies.list(left);
    }
}
