# The roles of ../cloudformation.yaml, with the same policies: both are those of ../policies.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.81"
    }
  }
}

variable "repository_owner" {
  description = "User or organisation that owns the repository, as GitHub spells it"
  type        = string
}

variable "repository_name" {
  description = "Name of the repository, as GitHub spells it"
  type        = string
}

variable "repository_owner_id" {
  description = "Number of the owner: gh api repos/OWNER/NAME --jq .owner.id"
  type        = string
  validation {
    condition     = can(regex("^[0-9]+$", var.repository_owner_id))
    error_message = "The id is a number."
  }
}

variable "repository_id" {
  description = "Number of the repository, which outlives renaming: gh api repos/OWNER/NAME --jq .id"
  type        = string
  validation {
    condition     = can(regex("^[0-9]+$", var.repository_id))
    error_message = "The id is a number."
  }
}

variable "branch" {
  description = "The branch that deploys and shifts"
  type        = string
  default     = "main"
}

variable "oidc_provider_arn" {
  description = "ARN of GitHub's OIDC provider where the account has one already; empty makes it"
  type        = string
  default     = ""
}

variable "cluster_name" {
  description = "ECS cluster of the services"
  type        = string
  default     = "default"
}

variable "service_name_prefix" {
  description = "What the names of all services begin with; a full name allows that service and its previews"
  type        = string
  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$", var.service_name_prefix))
    error_message = "Wanted 1 to 40 letters, digits, - and _, the first a letter or digit: names of previews are cut behind these."
  }
}

variable "repository_name_prefix" {
  description = "What the names of the ECR repositories begin with, mostly the same in lower case"
  type        = string
  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9._/-]*$", var.repository_name_prefix))
    error_message = "An empty prefix would allow every repository of the account."
  }
}

variable "deploy_environment" {
  description = "GitHub environment of the deploy job; empty when the job has none"
  type        = string
  default     = ""
}

variable "previews" {
  description = "Whether pull requests get a role that can deploy previews, and nothing else"
  type        = bool
  default     = false
}

variable "preview_cluster_name" {
  description = "ECS cluster of previews, made unless it is that of the services"
  type        = string
  default     = "previews"
}

variable "secret_arns" {
  description = "Secrets of Secrets Manager and parameters of SSM that tasks get, as ARNs"
  type        = list(string)
  default     = []
}

variable "app_runner_service_name" {
  description = "The App Runner service that is left"
  type        = string
  default     = "*"
}

variable "allow_reading_app_runner" {
  description = "Whether deploy and plan role may read the App Runner service, to take its settings over"
  type        = bool
  default     = false
}

variable "certificate_domains" {
  description = "Domains for which, and below which, the deploy role may request certificates; empty forbids it"
  type        = list(string)
  default     = []
}

variable "domain_names" {
  description = "Host names to move from App Runner, all of one zone and in lower case; empty makes no role for that"
  type        = list(string)
  default     = []
}

variable "hosted_zone_id" {
  description = "Route 53 zone of the host names, and of certificate_domains"
  type        = string
  default     = ""
}

variable "shift_environments" {
  description = "GitHub environments of the shift jobs. Make them, with their reviewers, before the role"
  type        = list(string)
  default     = ["dns-shift"]
}

variable "rollback_environment" {
  description = "GitHub environment, without reviewers, of the rollback job; empty makes no role for that"
  type        = string
  default     = ""
}

variable "monitor_workflow" {
  description = "File in .github/workflows of the job that watches green between two steps; empty makes no role for that"
  type        = string
  default     = ""
}

variable "allow_retiring_blue" {
  description = "Whether the shift role may pause and delete the App Runner service in the end"
  type        = bool
  default     = false
}

variable "dns_role_arn" {
  description = "Role that shift, rollback and monitor role assume for Route 53 where the zone is in another account"
  type        = string
  default     = ""
}

variable "dns_plan_role_arn" {
  description = "Role that the plan role assumes there; it waits for no reviewer, so this one only reads"
  type        = string
  default     = ""
}

data "aws_partition" "current" {}
data "aws_region" "current" {}
data "aws_caller_identity" "current" {}

# One a URL and account: give oidc_provider_arn where it is there already.
resource "aws_iam_openid_connect_provider" "github" {
  count          = var.oidc_provider_arn == "" ? 1 : 0
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

# What ECS and the tasks act with.

resource "aws_iam_role" "infrastructure" {
  name_prefix        = "express-infrastructure-"
  description        = "With this role ECS manages load balancer, certificate and scaling of Express services"
  assume_role_policy = local.service_trust["ecs.amazonaws.com"]
}

resource "aws_iam_role_policy_attachment" "infrastructure" {
  role       = aws_iam_role.infrastructure.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonECSInfrastructureRoleforExpressGatewayServices"
}

# The managed policy (v6) lacks these. In some accounts ECS asks for them, and the first service waits without end.
resource "aws_iam_role_policy" "infrastructure" {
  name   = "infrastructure"
  role   = aws_iam_role.infrastructure.id
  policy = file("${local.policies}/infrastructure.json")
}

resource "aws_iam_role" "execution" {
  name_prefix        = "express-execution-"
  description        = "With this role ECS pulls images, writes logs and reads the secrets of tasks"
  assume_role_policy = local.service_trust["ecs-tasks.amazonaws.com"]
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_role_policy" "secrets" {
  count = length(var.secret_arns) > 0 ? 1 : 0
  name  = "secrets"
  role  = aws_iam_role.execution.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "ReadSecrets"
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue", "ssm:GetParameters"]
      Resource = var.secret_arns
    }]
  })
}

# What the application itself may do in AWS: nothing, until you attach a policy.
resource "aws_iam_role" "task" {
  name_prefix = "express-task-"
  description = "The application acts with this role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

# The same for previews, which run code that nobody has reviewed: a cluster of their own, no secrets, nothing in AWS.

resource "aws_ecs_cluster" "previews" {
  count = var.previews && var.preview_cluster_name != var.cluster_name ? 1 : 0
  name  = var.preview_cluster_name
}

resource "aws_iam_role" "preview_execution" {
  count              = var.previews ? 1 : 0
  name_prefix        = "express-preview-execution-"
  description        = "With this role ECS pulls the images and writes the logs of previews"
  assume_role_policy = local.service_trust["ecs-tasks.amazonaws.com"]
}

resource "aws_iam_role_policy_attachment" "preview_execution" {
  count      = var.previews ? 1 : 0
  role       = aws_iam_role.preview_execution[0].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_role" "preview_task" {
  count              = var.previews ? 1 : 0
  name_prefix        = "express-preview-task-"
  description        = "Previews act with this role"
  assume_role_policy = aws_iam_role.task.assume_role_policy
}

# What workflows act with.

locals {
  policies = "${path.module}/../policies"

  service_trust = {
    for service in ["ecs.amazonaws.com", "ecs-tasks.amazonaws.com"] : service => jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Principal = { Service = service }, Action = "sts:AssumeRole" }]
    })
  }

  shifts_traffic = length(var.domain_names) > 0
  rolls_back     = local.shifts_traffic && var.rollback_environment != ""
  monitors       = local.shifts_traffic && var.monitor_workflow != ""
  uses_dns_role  = local.shifts_traffic && var.dns_role_arn != ""

  # The names that stand in the policies.
  values = {
    Partition               = data.aws_partition.current.partition
    Region                  = data.aws_region.current.id
    AccountId               = data.aws_caller_identity.current.account_id
    OidcProviderArn         = var.oidc_provider_arn == "" ? one(aws_iam_openid_connect_provider.github[*].arn) : var.oidc_provider_arn
    RepositoryOwner         = var.repository_owner
    RepositoryName          = var.repository_name
    RepositoryOwnerId       = var.repository_owner_id
    RepositoryId            = var.repository_id
    Branch                  = var.branch
    ClusterName             = var.cluster_name
    ServiceNamePrefix       = var.service_name_prefix
    RepositoryNamePrefix    = var.repository_name_prefix
    InfrastructureRoleArn   = aws_iam_role.infrastructure.arn
    ExecutionRoleArn        = aws_iam_role.execution.arn
    TaskRoleArn             = aws_iam_role.task.arn
    PreviewClusterName      = var.preview_cluster_name
    PreviewExecutionRoleArn = one(aws_iam_role.preview_execution[*].arn)
    PreviewTaskRoleArn      = one(aws_iam_role.preview_task[*].arn)
    DomainNames             = "@DomainNames"
    CertificateDomains      = "@CertificateDomains"
    HostedZoneId            = var.hosted_zone_id
    AppRunnerServiceName    = var.app_runner_service_name
    MonitorWorkflow         = var.monitor_workflow
    DnsRoleArn              = var.dns_role_arn
    DnsPlanRoleArn          = var.dns_plan_role_arn
  }

  trust_branch = templatefile("${local.policies}/trust-branch.json", local.values)

  roles = merge(
    {
      deploy = {
        description = "Workflows deploy services with this role"
        hours       = 1
        trust = (
          var.deploy_environment == "" ? local.trust_branch :
          templatefile("${local.policies}/trust-environment.json", merge(local.values, { Environment = var.deploy_environment }))
        )
      }
      plan = {
        description = "Workflows look with this role and change nothing"
        hours       = 1
        trust       = local.trust_branch
      }
    },
    var.previews ? {
      preview = {
        description = "Workflows of pull requests deploy previews with this role"
        hours       = 1
        trust       = templatefile("${local.policies}/trust-previews.json", local.values)
      }
    } : {},
    local.shifts_traffic ? {
      shift = {
        description = "A job in one of the environments moves traffic with this role"
        hours       = 4
        # The slot in quotes becomes a list.
        trust = replace(
          templatefile("${local.policies}/trust-environments.json", merge(local.values, { ShiftEnvironments = "@" })),
          "\"@\"", jsonencode(var.shift_environments),
        )
      }
    } : {},
    local.rolls_back ? {
      rollback = {
        description = "A job in the environment gives traffic back with this role, without waiting for a reviewer"
        hours       = 1
        trust       = templatefile("${local.policies}/trust-environment.json", merge(local.values, { Environment = var.rollback_environment }))
      }
    } : {},
    local.monitors ? {
      monitor = {
        description = "A job of the one workflow watches green with this role, and gives traffic back when it does badly"
        hours       = 1
        trust       = templatefile("${local.policies}/trust-workflow.json", local.values)
      }
    } : {},
  )

  # Each role with its policies.
  role_policies = {
    deploy = concat(
      ["deploy"],
      var.allow_reading_app_runner ? ["read-app-runner"] : [],
      length(var.certificate_domains) > 0 ? ["request-certificate", "find-zone"] : [],
    )
    plan = concat(
      ["plan"],
      var.allow_reading_app_runner ? ["read-app-runner"] : [],
      local.shifts_traffic ? ["plan-shift"] : [],
      local.shifts_traffic && var.dns_plan_role_arn != "" ? ["dns-plan-role"] : [],
    )
    preview = ["preview"]
    shift = concat(
      ["shift", "request-certificate-of-names"],
      var.allow_retiring_blue ? ["retire-blue"] : [],
      local.uses_dns_role ? ["dns-role"] : [],
    )
    rollback = concat(["rollback"], local.uses_dns_role ? ["dns-role"] : [])
    monitor  = concat(["monitor"], local.uses_dns_role ? ["dns-role"] : [])
  }
}

resource "aws_iam_role" "workflow" {
  for_each             = local.roles
  name_prefix          = "express-${each.key}-"
  description          = each.value.description
  max_session_duration = each.value.hours * 3600
  assume_role_policy   = each.value.trust
}

resource "aws_iam_role_policy" "workflow" {
  for_each = merge([
    for role in keys(local.roles) : {
      for policy in local.role_policies[role] : "${role}/${policy}" => { role = role, policy = policy }
    }
  ]...)
  name = each.value.policy
  role = aws_iam_role.workflow[each.value.role].id
  # A text that ends in the slot of a list becomes one for each name of it.
  policy = replace(
    replace(
      templatefile("${local.policies}/${each.value.policy}.json", local.values),
      "/\"([^\"]*)@DomainNames\"/", join(", ", [for name in var.domain_names : "\"$${1}${name}\""]),
    ),
    "/\"([^\"]*)@CertificateDomains\"/", join(", ", [for name in var.certificate_domains : "\"$${1}${name}\""]),
  )

  lifecycle {
    precondition {
      condition     = !(var.allow_retiring_blue && var.app_runner_service_name == "*")
      error_message = "allow_retiring_blue needs app_runner_service_name, or every service of App Runner could be deleted."
    }
  }
}

output "role_arns" {
  description = "role-to-assume of the jobs that deploy, plan, preview, shift, roll back and monitor"
  value       = { for name, role in aws_iam_role.workflow : name => role.arn }
}

output "execution_role_arn" {
  description = "Input execution-role-arn"
  value       = aws_iam_role.execution.arn
}

output "infrastructure_role_arn" {
  description = "Input infrastructure-role-arn"
  value       = aws_iam_role.infrastructure.arn
}

output "task_role_arn" {
  description = "Input task-role-arn"
  value       = aws_iam_role.task.arn
}

output "preview_execution_role_arn" {
  description = "Input execution-role-arn of previews"
  value       = one(aws_iam_role.preview_execution[*].arn)
}

output "preview_task_role_arn" {
  description = "Input task-role-arn of previews"
  value       = one(aws_iam_role.preview_task[*].arn)
}
