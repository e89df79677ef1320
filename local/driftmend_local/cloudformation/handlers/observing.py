"""Alarms, dashboards, metric filters, the trail; and what only waits."""

import json

from .base import Handler, changed, handles


@handles("AWS::CloudWatch::Alarm")
class Alarm(Handler):
    def create(self, ctx, p):
        name = p.get("AlarmName") or ctx.name(255)
        ctx.call("cloudwatch", "put_metric_alarm", p, AlarmName=name, Tags=ctx.tags(p))
        return name, {"Arn": f"arn:aws:cloudwatch:{ctx.region}:{ctx.stack.id.split(':')[4]}:alarm:{name}"}

    def update(self, ctx, old, new):
        if "AlarmName" in changed(old, new):
            return None
        ctx.call("cloudwatch", "put_metric_alarm", new, AlarmName=ctx.id)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("cloudwatch", "delete_alarms", AlarmNames=[ctx.id])


@handles("AWS::CloudWatch::CompositeAlarm")
class CompositeAlarm(Handler):
    def create(self, ctx, p):
        name = p.get("AlarmName") or ctx.name(255)
        ctx.call("cloudwatch", "put_composite_alarm", p, AlarmName=name)
        return name, {"Arn": f"arn:aws:cloudwatch:{ctx.region}:{ctx.stack.id.split(':')[4]}:alarm:{name}"}

    def delete(self, ctx, p):
        ctx.call("cloudwatch", "delete_alarms", AlarmNames=[ctx.id])


@handles("AWS::CloudWatch::Dashboard")
class Dashboard(Handler):
    def create(self, ctx, p):
        name = p.get("DashboardName") or ctx.name(255)
        self._put(ctx, name, p)
        return name, {}

    def update(self, ctx, old, new):
        if "DashboardName" in changed(old, new):
            return None
        self._put(ctx, ctx.id, new)
        return ctx.id, {}

    def delete(self, ctx, p):
        ctx.call("cloudwatch", "delete_dashboards", DashboardNames=[ctx.id])

    def _put(self, ctx, name, p):
        json.loads(p["DashboardBody"])
        ctx.call("cloudwatch", "put_dashboard", DashboardName=name, DashboardBody=p["DashboardBody"])


@handles("AWS::Logs::MetricFilter")
class MetricFilter(Handler):
    def create(self, ctx, p):
        name = p.get("FilterName") or ctx.name(255)
        transformations = [{k[0].lower() + k[1:]: v for k, v in t.items()} for t in p["MetricTransformations"]]
        ctx.call("logs", "put_metric_filter", logGroupName=p["LogGroupName"], filterName=name, filterPattern=p["FilterPattern"],
                 metricTransformations=transformations)
        return name, {}

    def delete(self, ctx, p):
        ctx.call("logs", "delete_metric_filter", logGroupName=p["LogGroupName"], filterName=ctx.id)


@handles("AWS::CloudTrail::Trail")
class Trail(Handler):
    def create(self, ctx, p):
        name = p.get("TrailName") or ctx.name(128)
        arn = ctx.call("cloudtrail", "create_trail", p, **self._renamed(p), Name=name, TagsList=ctx.tags(p))["TrailARN"]
        ctx.keep(name)
        self._settings(ctx, name, p)
        return name, {"Arn": arn, "SnsTopicArn": ""}

    def update(self, ctx, old, new):
        if "TrailName" in changed(old, new):
            return None
        ctx.call("cloudtrail", "update_trail", new, **self._renamed(new), Name=ctx.id)
        self._settings(ctx, ctx.id, new)
        return ctx.id, ctx.resource.attributes

    def delete(self, ctx, p):
        ctx.call("cloudtrail", "delete_trail", Name=ctx.id)

    def _renamed(self, p):
        return {"CloudWatchLogsLogGroupArn": p.get("CloudWatchLogsLogGroupArn"), "KmsKeyId": p.get("KMSKeyId")}

    def _settings(self, ctx, name, p):
        if p.get("EventSelectors") or p.get("AdvancedEventSelectors"):
            ctx.call("cloudtrail", "put_event_selectors", p, TrailName=name)
        logging = str(p["IsLogging"]).lower() == "true"
        ctx.call("cloudtrail", "start_logging" if logging else "stop_logging", Name=name)


@handles("AWS::CloudFormation::WaitConditionHandle", "AWS::CloudFormation::WaitCondition")
class Waiting(Handler):
    def create(self, ctx, p):
        return f"{ctx.stack.id}/{ctx.resource.logical_id}", {"Data": "{}"}

    def update(self, ctx, old, new):
        return ctx.id, ctx.resource.attributes
