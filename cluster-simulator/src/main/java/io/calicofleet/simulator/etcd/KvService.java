package io.calicofleet.simulator.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.CompactionResponse;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.DeleteRangeResponse;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.PutResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** The KV service: ranges of the newest revision, writes, and transactions. */
final class KvService extends KVGrpc.KVImplBase {

    private final EtcdStore store;
    private final EtcdAudit audit;

    KvService(EtcdStore store, EtcdAudit audit) {
        this.store = store;
        this.audit = audit;
    }

    @Override
    public void range(RangeRequest request, StreamObserver<RangeResponse> answer) {
        if (request.getRevision() > 0 && request.getRevision() != store.revision()) {
            answer.onError(Status.UNIMPLEMENTED
                    .withDescription("this etcd answers for its newest revision only")
                    .asRuntimeException());
            return;
        }
        send(answer, store.transact(() -> range(request)));
    }

    @Override
    public void put(PutRequest request, StreamObserver<PutResponse> answer) {
        if (request.getLease() != 0) {
            answer.onError(Status.NOT_FOUND
                    .withDescription("etcdserver: requested lease not found")
                    .asRuntimeException());
            return;
        }
        send(answer, store.transact(() -> put(request)));
    }

    @Override
    public void deleteRange(DeleteRangeRequest request, StreamObserver<DeleteRangeResponse> answer) {
        send(answer, store.transact(() -> delete(request)));
    }

    @Override
    public void txn(TxnRequest request, StreamObserver<TxnResponse> answer) {
        send(answer, store.transact(() -> txn(request)));
    }

    /** What is compacted is not asked for here: only the newest revision is served, and watches know for themselves. */
    @Override
    public void compact(CompactionRequest request, StreamObserver<CompactionResponse> answer) {
        send(answer, CompactionResponse.newBuilder().setHeader(header()).build());
    }

    private RangeResponse range(RangeRequest request) {
        List<KeyValue> found = store.range(request.getKey(), request.getRangeEnd());
        RangeResponse.Builder response =
                RangeResponse.newBuilder().setHeader(header()).setCount(found.size());
        if (request.getCountOnly()) {
            return response.build();
        }
        long limit = request.getLimit() > 0 ? request.getLimit() : Long.MAX_VALUE;
        found.stream()
                .limit(limit)
                .map(entry ->
                        request.getKeysOnly() ? entry.toBuilder().clearValue().build() : entry)
                .forEach(response::addKvs);
        return response.setMore(found.size() > limit).build();
    }

    private PutResponse put(PutRequest request) {
        KeyValue before = store.put(request.getKey(), request.getValue());
        audit.written(
                before == null ? "create" : "update",
                request.getKey().toStringUtf8(),
                before != null && before.getValue().equals(request.getValue())
                        ? before.getModRevision()
                        : store.revision());
        PutResponse.Builder response = PutResponse.newBuilder().setHeader(header());
        if (request.getPrevKv() && before != null) {
            response.setPrevKv(before);
        }
        return response.build();
    }

    private DeleteRangeResponse delete(DeleteRangeRequest request) {
        List<KeyValue> gone = store.delete(request.getKey(), request.getRangeEnd());
        gone.forEach(entry -> audit.written("delete", entry.getKey().toStringUtf8(), store.revision()));
        DeleteRangeResponse.Builder response =
                DeleteRangeResponse.newBuilder().setHeader(header()).setDeleted(gone.size());
        if (request.getPrevKv()) {
            response.addAllPrevKvs(gone);
        }
        return response.build();
    }

    private TxnResponse txn(TxnRequest request) {
        boolean holds = request.getCompareList().stream().allMatch(this::holds);
        TxnResponse.Builder response = TxnResponse.newBuilder().setSucceeded(holds);
        for (RequestOp operation : holds ? request.getSuccessList() : request.getFailureList()) {
            response.addResponses(operation(operation));
        }
        return response.setHeader(header()).build();
    }

    private ResponseOp operation(RequestOp operation) {
        ResponseOp.Builder response = ResponseOp.newBuilder();
        switch (operation.getRequestCase()) {
            case REQUEST_RANGE -> response.setResponseRange(range(operation.getRequestRange()));
            case REQUEST_PUT -> response.setResponsePut(put(operation.getRequestPut()));
            case REQUEST_DELETE_RANGE -> response.setResponseDeleteRange(delete(operation.getRequestDeleteRange()));
            case REQUEST_TXN -> response.setResponseTxn(txn(operation.getRequestTxn()));
            case REQUEST_NOT_SET -> {
                // as etcd: nothing to do
            }
        }
        return response.build();
    }

    /** As etcd compares: a key that is not there has version and revisions 0 and no value, which no value equals. */
    private boolean holds(Compare compare) {
        KeyValue entry = store.get(compare.getKey());
        KeyValue present = entry == null ? KeyValue.getDefaultInstance() : entry;
        int order = switch (compare.getTarget()) {
            case VERSION -> Long.compare(present.getVersion(), compare.getVersion());
            case CREATE -> Long.compare(present.getCreateRevision(), compare.getCreateRevision());
            case MOD -> Long.compare(present.getModRevision(), compare.getModRevision());
            case VALUE ->
                entry == null
                        ? -1
                        : ByteString.unsignedLexicographicalComparator()
                                .compare(present.getValue(), compare.getValue());
            case UNRECOGNIZED -> throw new IllegalArgumentException("unknown comparison");
        };
        return switch (compare.getResult()) {
            case EQUAL -> order == 0;
            case GREATER -> order > 0;
            case LESS -> order < 0;
            case NOT_EQUAL -> order != 0;
            case UNRECOGNIZED -> throw new IllegalArgumentException("unknown comparison");
        };
    }

    private ResponseHeader header() {
        return Headers.at(store.revision());
    }

    private static <T> void send(StreamObserver<T> answer, T message) {
        answer.onNext(message);
        answer.onCompleted();
    }
}
