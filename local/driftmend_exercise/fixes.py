"""What a person does about each hop of a stage, through the plain AWS API or on the instance: the smallest change that fixes it."""

WEB_PORT, APP_PORT = 80, 5000
ANYWHERE = "0.0.0.0/0"


def fixes(stage, ec2, elb):
    """{hop: (what is done, the deed)}"""
    ids = stage.ids
    web = ids["WebSecurityGroup"]

    def balancer_group():
        described = elb.describe_load_balancers(LoadBalancerArns=[ids["LoadBalancer"]])["LoadBalancers"][0]
        return described["SecurityGroups"][0]

    def let_in(group, port, **source):
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **source}])

    def from_balancer():
        let_in(web, APP_PORT, UserIdGroupPairs=[{"GroupId": balancer_group()}])

    def only_from_balancer():
        from_balancer()
        ec2.revoke_security_group_ingress(GroupId=web, IpProtocol="tcp", FromPort=APP_PORT, ToPort=APP_PORT, CidrIp=ANYWHERE)

    put = ("put app.py onto the instance and start it", lambda: stage.put_application("broken"))
    return {
        "load-balancer-group": (f"open {WEB_PORT} to clients in the group of the load balancer",
                                lambda: let_in(balancer_group(), WEB_PORT, IpRanges=[{"CidrIp": ANYWHERE}])),
        "instance-group": (f"open {APP_PORT} in the group of the instance to the group of the load balancer", from_balancer),
        "deployment": put,
        "app": put,
        "health-check": ("give the application a /health", lambda: stage.put_application("port-opened")),
        "world-open": (f"let {APP_PORT} in from the group of the load balancer in the place of {ANYWHERE}", only_from_balancer),
    }
