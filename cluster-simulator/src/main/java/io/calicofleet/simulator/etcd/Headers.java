package io.calicofleet.simulator.etcd;

import io.etcd.jetcd.api.ResponseHeader;

/** What every answer begins with: the only member there is, and the revision. */
final class Headers {

    static final long CLUSTER = 0x0ca11c0fL;
    static final long MEMBER = 1;

    private Headers() {}

    static ResponseHeader at(long revision) {
        return ResponseHeader.newBuilder()
                .setClusterId(CLUSTER)
                .setMemberId(MEMBER)
                .setRevision(revision)
                .setRaftTerm(1)
                .build();
    }
}
