package dev.driftmend.aws.client;

import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/** Sits in every client: reports to {@link ApiCalls} each call and each of its requests. */
final class CallInterceptor implements ExecutionInterceptor {
  private final String service;
  private final ApiCalls calls;

  /**
   * @param service as IAM names it, e.g. {@code elasticloadbalancing}
   */
  CallInterceptor(String service, ApiCalls calls) {
    this.service = service;
    this.calls = calls;
  }

  @Override
  public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
    calls.begin(call(attributes));
  }

  @Override
  public void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    calls.count(call(attributes));
  }

  private String call(ExecutionAttributes attributes) {
    return service + ":" + attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME);
  }
}
