/**
 * What ECR wants to see allowed for a request of docker, which goes to the registry and not to the API.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
 */
export const REGISTRY_ACTIONS: Readonly<Record<string, string>> = {
  StartUpload: 'ecr:InitiateLayerUpload',
  ShowUpload: 'ecr:UploadLayerPart',
  AppendToUpload: 'ecr:UploadLayerPart',
  FinishUpload: 'ecr:CompleteLayerUpload',
  CancelUpload: 'ecr:UploadLayerPart',
  HeadBlob: 'ecr:BatchCheckLayerAvailability',
  GetBlob: 'ecr:GetDownloadUrlForLayer',
  HeadManifest: 'ecr:BatchGetImage',
  GetManifest: 'ecr:BatchGetImage',
  PutManifest: 'ecr:PutImage',
  ListTags: 'ecr:ListImages',
};
